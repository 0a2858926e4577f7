//! The `.info` files: version and time of a revision.

use serde_json::Value;

/// What is known of a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevInfo {
    /// Its canonical version.
    pub version: String,
    /// When it was committed, RFC 3339.
    pub time: Option<String>,
    /// Where it came from, as JSON text.
    pub origin: Option<String>,
}

/// Fields of an origin in the order in which the official tool writes them.
const ORIGIN_FIELDS: [&str; 8] = [
    "VCS",
    "URL",
    "Subdir",
    "Hash",
    "TagPrefix",
    "TagSum",
    "Ref",
    "RepoSum",
];

impl RevInfo {
    /// Parses a proxy's answer.
    pub fn parse(data: &[u8]) -> Result<RevInfo, String> {
        let v: Value = serde_json::from_slice(data).map_err(|e| e.to_string())?;
        if !v.is_object() {
            return Err("not a JSON object".to_owned());
        }
        let text = |key: &str| v.get(key).and_then(Value::as_str).map(str::to_owned);
        let origin = v.get("Origin").filter(|o| o.is_object()).map(|o| {
            let fields: Vec<String> = ORIGIN_FIELDS
                .iter()
                .filter_map(|k| Some((k, o.get(k)?.as_str()?)))
                .filter(|(_, v)| !v.is_empty())
                .map(|(k, v)| format!("\"{k}\":{}", json_string(v)))
                .collect();
            format!("{{{}}}", fields.join(","))
        });
        Ok(RevInfo {
            version: text("Version").unwrap_or_default(),
            time: text("Time"),
            origin,
        })
    }

    /// The text of the `.info` file, byte for byte the official tool's.
    pub fn to_json(&self) -> String {
        let time = self.time.as_deref().unwrap_or("0001-01-01T00:00:00Z");
        let mut out = format!(
            "{{\"Version\":{},\"Time\":{}",
            json_string(&self.version),
            json_string(time)
        );
        if let Some(o) = &self.origin {
            out.push_str(",\"Origin\":");
            out.push_str(o);
        }
        out.push('}');
        out
    }
}

/// A JSON string that is safe inside HTML, as Go writes them.
fn json_string(s: &str) -> String {
    Value::from(s)
        .to_string()
        .replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let text = r#"{"Version":"v1.0.0","Time":"2024-01-02T03:04:05Z","Origin":{"VCS":"git","URL":"https://x.test/a?b\u0026c","Hash":"12","Ref":"refs/tags/v1.0.0"}}"#;
        let info = RevInfo::parse(text.as_bytes()).unwrap();
        assert_eq!(info.version, "v1.0.0");
        assert_eq!(info.to_json(), text);
        let plain = RevInfo::parse(br#"{"Time":"t","Version":"v1.0.0","Name":"x"}"#).unwrap();
        assert_eq!(plain.to_json(), r#"{"Version":"v1.0.0","Time":"t"}"#);
        for bad in [&b""[..], b"[]", b"not found", b"{"] {
            assert!(RevInfo::parse(bad).is_err());
        }
    }
}
