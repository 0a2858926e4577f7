//! The formatter.

mod build_constraint;
mod doc_comment;
mod unicode;
