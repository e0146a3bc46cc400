// A process that wants a base; the test ends it while the base is being made.
import { prepareLab } from './lab';

void prepareLab(['bookworm']);
