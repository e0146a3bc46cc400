const linesOfAMessage = 20;

/**
 * Each failed test of vitest's JSON report, and each file that broke outside of its tests: its name and the first lines of why.
 * @returns {string[]}
 */
export function listFailures(project, report) {
  return report.testResults.flatMap((file) => {
    const name = `${project}: ${file.name.replace(`${process.cwd()}/`, '')}`;
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return file.status === 'failed' ? [withReason(name, [file.message ?? ''])] : [];
    return failed.map((test) => withReason(`${name}: ${test.fullName}`, test.failureMessages));
  });
}

function withReason(name, messages) {
  const lines = messages.join('\n').split('\n').slice(0, linesOfAMessage);
  return [name, ...lines.map((line) => `    ${line}`)].join('\n');
}
