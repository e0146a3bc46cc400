import packageFile from '../../package.json';

/** The version of this console, as package.json names it. */
export const version: string = packageFile.version;
