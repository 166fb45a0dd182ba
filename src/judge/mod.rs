//! Passes verdicts and makes findings.
