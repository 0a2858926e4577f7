//! gust-syntax
