//! gust-driver
