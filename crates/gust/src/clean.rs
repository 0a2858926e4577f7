//! `gust clean`: removes what was cached.

use crate::parse_flags;
use gust_driver::build::cache::Cache;
use gust_driver::flags::{Flag, switch};
use gust_load::goenv::GoEnv;

pub const FLAGS: &[Flag] = &[
    switch("cache", "remove the build cache"),
    switch("testcache", "accepted; there are no test results to remove"),
    switch("n", "print what would be removed, but do not remove it"),
    switch("x", "print what is removed"),
];

pub fn run(args: &[String]) -> i32 {
    let flags = match parse_flags("clean", args) {
        Ok(flags) => flags,
        Err(status) => return status,
    };
    if !flags.args.is_empty() {
        eprintln!("gust clean: takes no packages: gust leaves nothing in source folders");
        return 2;
    }
    if !flags.is_set("cache") {
        if !flags.is_set("testcache") {
            eprintln!("gust clean: nothing to do; -cache removes the build cache");
        }
        return 0;
    }
    let folder = match Cache::folder(&GoEnv::from_process()) {
        Ok(folder) => folder,
        Err(text) => {
            eprintln!("gust: {text}");
            return 1;
        }
    };
    if flags.is_set("n") || flags.is_set("x") {
        println!("rm -r {}", folder.display());
    }
    if flags.is_set("n") {
        return 0;
    }
    match Cache::clean(&folder) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("gust: {}: {error}", folder.display());
            1
        }
    }
}
