//! The one list of rules, and the tests that walk it.
