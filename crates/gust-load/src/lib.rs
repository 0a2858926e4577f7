//! gust-load
