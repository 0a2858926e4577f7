//! Test output as JSON events, for tools (`-json`). The form is that of `go doc test2json`.
//!
//! Test programs mark their framing lines with a byte 0x16 when they are run with `-test.v=test2json`, so that what tests
//! print is not taken for framing.

use serde::Serialize;
use std::time::{Duration, Instant, SystemTime};

const MARK: u8 = 0x16;

/// Longer lines are passed on in pieces, and hold no framing.
const LONGEST_LINE: usize = 4096;

/// The most bytes of output in one event.
const LONGEST_OUTPUT: usize = 1024;

const STEPS: [&str; 9] = [
    "RUN",
    "PAUSE",
    "CONT",
    "NAME",
    "PASS",
    "FAIL",
    "SKIP",
    "ATTR",
    "ARTIFACTS",
];

const REPORTS: [&str; 4] = ["PASS", "FAIL", "SKIP", "BENCH"];

#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    action: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    package: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    test: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    failed_build: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    key: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    value: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    path: &'a str,
}

/// The events about a package that could not be built, one a line.
#[must_use]
pub fn build_events(package: &str, text: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Event<'a> {
        import_path: &'a str,
        action: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<&'a str>,
    }
    let lines = text.split_inclusive('\n');
    let events = lines.map(|line| ("build-output", Some(line)));
    let mut out = String::new();
    for (action, output) in events.chain([("build-fail", None)]) {
        let event = Event {
            import_path: package,
            action,
            output,
        };
        if let Ok(line) = serde_json::to_string(&event) {
            out += &line;
            out.push('\n');
        }
    }
    out
}

/// A result that is told when all output of its test has been.
struct Report {
    action: String,
    test: String,
    elapsed: Option<f64>,
}

/// Turns the output of one test program into events, each one line for the sink.
pub struct Events<S: FnMut(&str)> {
    sink: S,
    package: String,
    start: Instant,
    timed: bool,
    /// The test that output belongs to.
    test: String,
    /// Results of a test and its subtests that output may still follow, outermost first.
    reports: Vec<Report>,
    result: Option<&'static str>,
    failed_build: String,
    /// Framing lines are marked.
    marked: bool,
    /// The line so far.
    line: Vec<u8>,
    /// The start of the line has been passed on already.
    in_line: bool,
    /// The start of an output line that has no end yet.
    output: Vec<u8>,
}

impl<S: FnMut(&str)> Events<S> {
    /// Begins with the event `start`. Without `timed` there are no times, for tests.
    pub fn new(package: &str, timed: bool, sink: S) -> Self {
        let mut events = Self {
            sink,
            package: package.to_owned(),
            start: Instant::now(),
            timed,
            test: String::new(),
            reports: Vec::new(),
            result: None,
            failed_build: String::new(),
            marked: false,
            line: Vec::new(),
            in_line: false,
            output: Vec::new(),
        };
        events.emit(&Event {
            action: "start",
            ..Event::default()
        });
        events
    }

    /// Takes output of the test program.
    pub fn write(&mut self, mut bytes: &[u8]) {
        while let Some(&first) = bytes.first() {
            // A mark ends the line before it.
            if first == MARK && !self.line.is_empty() {
                self.end_line();
            }
            let skip = usize::from(first == MARK);
            let end = bytes[skip..].iter().position(|&b| b == b'\n' || b == MARK);
            let (part, whole) = match end.map(|e| e + skip) {
                Some(e) if bytes[e] == b'\n' => (&bytes[..=e], true),
                Some(e) => (&bytes[..e], true),
                None => (bytes, false),
            };
            let room = LONGEST_LINE - self.line.len();
            let (part, whole) = match part.len() > room {
                true => (&part[..room], false),
                false => (part, whole),
            };
            self.line.extend_from_slice(part);
            bytes = &bytes[part.len()..];
            if whole {
                self.end_line();
            } else if self.line.len() == LONGEST_LINE {
                let keep = split_point(&self.line);
                let rest = self.line.split_off(keep);
                let line = std::mem::replace(&mut self.line, rest);
                self.put(&line);
                self.in_line = true;
            } else if !self.in_line && self.starts_benchmark() {
                let line = std::mem::take(&mut self.line);
                self.put(&line);
                self.in_line = true;
            }
        }
    }

    /// Whether the line so far is a benchmark's name, whose result takes a while.
    fn starts_benchmark(&self) -> bool {
        let line = String::from_utf8_lossy(&self.line);
        let name = line
            .strip_suffix('\t')
            .and_then(|l| l.trim_end().strip_prefix("Benchmark"));
        name.is_some_and(|rest| !rest.starts_with(char::is_lowercase) && !rest.contains('\t'))
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.in_line) {
            self.put(&line);
        } else {
            self.line_seen(&line);
        }
    }

    fn line_seen(&mut self, line: &[u8]) {
        let is_marked = line.first() == Some(&MARK);
        if self.marked && !is_marked {
            return self.put(line);
        }
        if is_marked {
            self.flush_output();
        }
        let line = &line[usize::from(is_marked)..];
        let text = String::from_utf8_lossy(line);
        let trimmed = text.strip_suffix('\n').unwrap_or(&text);
        let trimmed = trimmed.strip_suffix('\r').unwrap_or(trimmed);
        if trimmed == "PASS" || trimmed == "FAIL" || trimmed.starts_with("FAIL\t") {
            self.close_reports(0);
            self.marked = is_marked;
            self.put(line);
            self.result = Some(if trimmed == "PASS" { "pass" } else { "fail" });
            return;
        }
        if trimmed.starts_with("?   \t")
            && trimmed.ends_with("\t[no test files]")
            && self.reports.is_empty()
        {
            self.result = Some("skip");
        }
        if let Some(step) = trimmed.strip_prefix("=== ") {
            let (word, name) = step.split_once(' ').unwrap_or((step, ""));
            // Names stand in one column behind short words.
            let column = "PAUSE".len().saturating_sub(word.len());
            // An empty name may have lost its blanks.
            let in_column = name.starts_with(&"    "[..column]) || step == "NAME";
            if STEPS.contains(&word) && in_column {
                self.marked = is_marked;
                return self.step(word, name.trim(), line);
            }
        }
        let mut rest = trimmed;
        let mut depth = 0;
        while let Some(inner) = rest.strip_prefix("    ") {
            rest = inner;
            depth += 1;
        }
        let report = rest.strip_prefix("--- ").and_then(|r| r.split_once(": "));
        match report.filter(|(word, _)| REPORTS.contains(word)) {
            Some((word, name)) if depth <= self.reports.len() => {
                self.marked = is_marked;
                self.report(word, name.trim(), depth);
            }
            // Nested deeper than can be.
            Some(_) => {}
            None => {
                if depth > 0 && depth <= self.reports.len() {
                    self.test.clone_from(&self.reports[depth - 1].test);
                }
            }
        }
        self.put(line);
    }

    /// `=== RUN   TestX`
    fn step(&mut self, word: &str, name: &str, line: &[u8]) {
        self.close_reports(0);
        let (mut key, mut value, mut path, mut test) = ("", "", "", name);
        match word {
            "ARTIFACTS" => (test, path) = name.split_once(' ').unwrap_or((name, "")),
            "ATTR" => {
                let rest;
                (test, rest) = name.split_once(' ').unwrap_or((name, ""));
                (key, value) = rest.split_once(' ').unwrap_or((rest, ""));
            }
            _ => {}
        }
        test.clone_into(&mut self.test);
        if word == "NAME" {
            return;
        }
        // What is paused says so before.
        if word == "PAUSE" {
            self.put(line);
        }
        let action = word.to_ascii_lowercase();
        self.emit(&Event {
            action: &action,
            test,
            key,
            value,
            path,
            ..Event::default()
        });
        if word != "PAUSE" {
            self.put(line);
        }
    }

    /// `--- PASS: TestX (0.01s)`
    fn report(&mut self, word: &str, name: &str, depth: usize) {
        let (test, time) = name.split_once(" (").unwrap_or((name, ""));
        let elapsed = time.strip_suffix("s)").and_then(|t| t.parse().ok());
        self.close_reports(depth);
        test.clone_into(&mut self.test);
        self.reports.push(Report {
            action: word.to_ascii_lowercase(),
            test: test.to_owned(),
            elapsed,
        });
    }

    /// Tells the results of tests that nothing more comes from.
    fn close_reports(&mut self, depth: usize) {
        // Output so far is that of the test before.
        self.flush_output();
        self.test.clear();
        while self.reports.len() > depth {
            let Some(report) = self.reports.pop() else {
                break;
            };
            let timed = self.timed;
            self.emit(&Event {
                action: &report.action,
                test: &report.test,
                elapsed: report.elapsed.filter(|_| timed),
                ..Event::default()
            });
        }
    }

    /// The package that could not be built.
    pub fn set_failed_build(&mut self, package: &str) {
        package.clone_into(&mut self.failed_build);
    }

    /// Ends with the event for the package, after the program has ended well or not.
    pub fn finish(mut self, ok: bool) {
        let line = std::mem::take(&mut self.line);
        self.put(&line);
        self.flush_output();
        let result = match (ok, self.result) {
            (true, Some("skip")) => "skip",
            (true, _) => "pass",
            (false, _) => "fail",
        };
        let millis = self.start.elapsed().as_millis();
        let elapsed = self.timed.then_some(millis as f64 / 1000.0);
        let failed_build = match result {
            "fail" => std::mem::take(&mut self.failed_build),
            _ => String::new(),
        };
        self.emit(&Event {
            action: result,
            elapsed,
            failed_build: &failed_build,
            ..Event::default()
        });
    }

    /// Passes output on, line by line.
    fn put(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|&b| b == b'\n') {
            self.output.extend_from_slice(part);
            while self.output.len() > LONGEST_OUTPUT {
                let at = split_point(&self.output[..LONGEST_OUTPUT]);
                let rest = self.output.split_off(at);
                self.flush_output();
                self.output = rest;
            }
            if self.output.ends_with(b"\n") {
                self.flush_output();
            }
        }
        // The start of a long line is worth showing at once.
        if self.in_line || self.starts_benchmark() {
            self.flush_output();
        }
    }

    fn flush_output(&mut self) {
        if self.output.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.output);
        let text = String::from_utf8_lossy(&bytes);
        self.emit(&Event {
            action: "output",
            output: Some(&text),
            ..Event::default()
        });
    }

    fn emit(&mut self, event: &Event<'_>) {
        let mut event = event.clone();
        let (package, test) = (self.package.clone(), self.test.clone());
        event.package = &package;
        if event.test.is_empty() {
            event.test = &test;
        }
        event.time = self.timed.then(|| timestamp(SystemTime::now()));
        if let Ok(line) = serde_json::to_string(&event) {
            (self.sink)(&(line + "\n"));
        }
    }
}

/// Where to cut bytes so that no character is cut.
fn split_point(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(e) if e.error_len().is_none() && e.valid_up_to() > 0 => e.valid_up_to(),
        _ => bytes.len(),
    }
}

/// RFC 3339 in UTC, to the nanosecond.
fn timestamp(time: SystemTime) -> String {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    let (days, second) = (since.as_secs() / 86400, since.as_secs() % 86400);
    // Days since 1 March of the year 0, in cycles of 400 years, so that leap days come last.
    let shifted = days + 719_468;
    let (cycle, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + cycle * 400 + u64::from(month <= 2);
    let fraction = format!("{:09}", since.subsec_nanos());
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!(
        "{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}{point}{fraction}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(output: &str, ok: bool, piece: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let mut events = Events::new("p", false, |line: &str| lines.push(line.to_owned()));
        for part in output.as_bytes().chunks(piece) {
            events.write(part);
        }
        events.finish(ok);
        let shown = |line: String| {
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
            assert_eq!(field("Package"), "p");
            let text = [field("Action"), field("Test"), field("Output")].join("|");
            text.trim_end().to_owned()
        };
        lines.into_iter().map(shown).collect()
    }

    #[test]
    fn results_follow_the_output() {
        let text = "\x16=== RUN   TestA\n=== RUN no\n    a_test.go:1: hi\n\x16--- PASS: TestA (0.01s)\n\x16=== RUN   TestB\n\
                    \x16=== RUN   TestB/x\npartial\x16--- FAIL: TestB (0.00s)\n    \x16--- FAIL: TestB/x (0.00s)\n\x16FAIL\nexit status 1\n";
        for piece in [1, 7, 1000] {
            let got = events(text, false, piece);
            assert_eq!(got[0], "start||");
            let at = |s: &str| {
                got.iter()
                    .position(|g| g == s)
                    .unwrap_or_else(|| panic!("{s}: {got:#?}"))
            };
            assert!(at("run|TestA|") < at("output|TestA|=== RUN no"));
            assert!(at("output|TestA|--- PASS: TestA (0.01s)") < at("pass|TestA|"));
            assert!(at("pass|TestA|") < at("run|TestB|"));
            assert!(at("output|TestB/x|partial") < at("fail|TestB|"));
            assert_eq!(got.last().unwrap(), "fail||");
        }
    }

    #[test]
    fn build_events_have_the_official_order() {
        assert_eq!(
            build_events("p", "# p\nx\n"),
            "{\"ImportPath\":\"p\",\"Action\":\"build-output\",\"Output\":\"# p\\n\"}\n\
             {\"ImportPath\":\"p\",\"Action\":\"build-output\",\"Output\":\"x\\n\"}\n\
             {\"ImportPath\":\"p\",\"Action\":\"build-fail\"}\n"
        );
    }

    #[test]
    fn packages_without_tests_are_skipped() {
        let got = events("?   \tp\t[no test files]\n", true, 100);
        assert_eq!(got.last().unwrap(), "skip||");
        assert_eq!(events("PASS\n", true, 1).last().unwrap(), "pass||");
    }

    #[test]
    fn long_lines_come_in_pieces() {
        let text = "é".repeat(6000) + "\n";
        let got = events(&text, true, 997);
        let whole: String = got
            .iter()
            .filter_map(|g| g.strip_prefix("output||"))
            .collect();
        assert_eq!(whole, text.trim_end());
        assert!(got.len() > 10);
    }

    #[test]
    fn times_have_the_official_form() {
        let at = |s, n| timestamp(SystemTime::UNIX_EPOCH + Duration::new(s, n));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400, 500_000_000), "2000-02-29T00:00:00.5Z");
        assert_eq!(at(1_767_225_599, 1), "2025-12-31T23:59:59.000000001Z");
    }
}
