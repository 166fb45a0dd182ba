//! Shows on standard error how far a check has come.
