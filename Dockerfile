# gguf-explain without Node:
#   docker run --rm -v "$PWD:/models:ro" ghcr.io/gguf-explain/gguf-explain MODEL.gguf
#   docker run --rm -v "$PWD:/models:ro" ghcr.io/gguf-explain/gguf-explain scan . > models.jsonl
# Built of the executables: npm run executables -- linux-x64 linux-arm64. The base has the C library that they need, the certificates of
# servers, and a shell for the scripts of a batch system.
ARG TARGETARCH

FROM scratch AS amd64
COPY executables/gguf-explain-linux-x64 /gguf-explain

FROM scratch AS arm64
COPY executables/gguf-explain-linux-arm64 /gguf-explain

FROM ${TARGETARCH} AS program

FROM gcr.io/distroless/base-debian12:debug-nonroot
LABEL org.opencontainers.image.title="gguf-explain" \
      org.opencontainers.image.description="Explains what is inside a GGUF model file, and checks it" \
      org.opencontainers.image.source="https://github.com/gguf-explain/gguf-explain" \
      org.opencontainers.image.licenses="MIT"
COPY LICENSE executables/THIRD-PARTY-LICENSES /usr/share/doc/gguf-explain/
COPY --from=program --chmod=755 /gguf-explain /usr/local/bin/gguf-explain
WORKDIR /models
USER nonroot
ENTRYPOINT ["/usr/local/bin/gguf-explain"]
CMD ["--help"]
