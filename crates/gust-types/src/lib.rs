//! gust-types
