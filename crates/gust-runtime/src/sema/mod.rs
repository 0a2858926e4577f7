//! Semaphores and notification lists.
