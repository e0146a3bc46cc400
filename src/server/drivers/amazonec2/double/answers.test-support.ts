import type { Answers } from './call.test-support';
import { catalogueAnswers } from './catalogue-answers.test-support';
import { instanceAnswers } from './instances.test-support';
import { keyAndGroupAnswers } from './keys-and-groups.test-support';

/** What the double answers to each call of the driver. */
export const answers: Answers = { ...instanceAnswers, ...keyAndGroupAnswers, ...catalogueAnswers };
