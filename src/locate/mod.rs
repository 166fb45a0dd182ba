//! Finds quotations in the text of a source, and says word by word how they differ.
