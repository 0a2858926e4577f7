//! Select statements.
