//! The command: exit status and the last error message; nothing else.

fn main() {}
