//! Runs the stages in their order: the only file that knows it.
