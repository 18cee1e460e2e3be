/** The rules of the group `advice`, in the order in which their findings are told. One file each; a test holds this list against the folder. */

import type { Check } from '../check.js';
import { controlCharacters } from './control-characters.js';
import { fallbackTypes } from './fallback-types.js';
import { fileNameEncoding } from './file-name-encoding.js';
import { fileNameSize } from './file-name-size.js';
import { fileNameUnconventional } from './file-name-unconventional.js';
import { hiddenCharacters } from './hidden-characters.js';
import { labelDisagrees } from './label-disagrees.js';
import { missingChatTemplate } from './missing-chat-template.js';
import { missingImatrix } from './missing-imatrix.js';
import { missingLicense } from './missing-license.js';
import { missingName } from './missing-name.js';
import { severalTemplates } from './several-templates.js';
import { templateEncodedData } from './template-encoded-data.js';
import { templateHiddenCharacters } from './template-hidden-characters.js';
import { templateNetwork } from './template-network.js';
import { templateReach } from './template-reach.js';
import { templateTooLong } from './template-too-long.js';
import { templateTrigger } from './template-trigger.js';
import { templateUnknownFunctions } from './template-unknown-functions.js';
import { templateUnparsable } from './template-unparsable.js';
import { textNotChecked } from './text-not-checked.js';
import { unknownKeys } from './unknown-keys.js';
import { unknownTensorNames } from './unknown-tensor-names.js';

export const ADVICE_RULES: readonly Check[] = [
  // What the words of the file may do to whoever reads them.
  controlCharacters,
  hiddenCharacters,
  templateHiddenCharacters,
  templateReach,
  templateUnparsable,
  templateTrigger,
  templateNetwork,
  templateEncodedData,
  templateUnknownFunctions,
  templateTooLong,
  textNotChecked,
  severalTemplates,
  // What is there and not what it is called.
  unknownKeys,
  unknownTensorNames,
  labelDisagrees,
  fallbackTypes,
  missingImatrix,
  fileNameEncoding,
  fileNameSize,
  // What people will look for.
  missingName,
  missingLicense,
  missingChatTemplate,
  fileNameUnconventional,
];
