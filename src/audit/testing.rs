//! Small estates for the tests of rules.
