//! Signed notes: a text and Ed25519 signatures below it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::{digest, signature};

/// A public key and the name of its owner, `name+hash+base64`.
#[derive(Clone, Debug)]
pub struct Verifier {
    name: String,
    hash: u32,
    key: Vec<u8>,
}

const ED25519: u8 = 1;

/// First four bytes of a digest over name and key, which a signature names its key by.
fn key_hash(name: &str, key: &[u8]) -> u32 {
    let mut ctx = digest::Context::new(&digest::SHA256);
    ctx.update(name.as_bytes());
    ctx.update(b"\n");
    ctx.update(key);
    let sum = ctx.finish();
    u32::from_be_bytes([
        sum.as_ref()[0],
        sum.as_ref()[1],
        sum.as_ref()[2],
        sum.as_ref()[3],
    ])
}

fn valid_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('+') && !name.chars().any(char::is_whitespace)
}

impl Verifier {
    /// Parses an encoded key.
    pub fn new(encoded: &str) -> Result<Verifier, &'static str> {
        const MALFORMED: &str = "malformed verifier id";
        let mut parts = encoded.splitn(3, '+');
        let name = parts.next().unwrap_or("");
        let hash16 = parts.next().unwrap_or("");
        let key64 = parts.next().unwrap_or("");
        let hash = match hash16.len() {
            8 => u32::from_str_radix(hash16, 16).map_err(|_| MALFORMED)?,
            _ => return Err(MALFORMED),
        };
        let key = BASE64.decode(key64).map_err(|_| MALFORMED)?;
        if !valid_name(name) || key.is_empty() {
            return Err(MALFORMED);
        }
        if hash != key_hash(name, &key) {
            return Err("invalid verifier hash");
        }
        if key[0] != ED25519 {
            return Err("unknown verifier algorithm");
        }
        if key.len() != 33 {
            return Err(MALFORMED);
        }
        Ok(Verifier {
            name: name.to_owned(),
            hash,
            key: key[1..].to_vec(),
        })
    }

    /// The owner's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of a note that carries a valid signature of this key. Signatures of other keys are
    /// skipped.
    pub fn open<'a>(&self, msg: &'a [u8]) -> Result<&'a str, String> {
        const MALFORMED: &str = "malformed note";
        const MAX_SIGNATURES: usize = 100;
        let msg = std::str::from_utf8(msg).map_err(|_| MALFORMED)?;
        if msg.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(MALFORMED.into());
        }
        let split = msg.rfind("\n\n").ok_or(MALFORMED)?;
        let (text, signatures) = (&msg[..split + 1], &msg[split + 2..]);
        let signatures = signatures.strip_suffix('\n').ok_or(MALFORMED)?;
        let mut verified = false;
        for (i, line) in signatures.split('\n').enumerate() {
            let line = line.strip_prefix("\u{2014} ").ok_or(MALFORMED)?;
            let (name, b64) = line.split_once(' ').ok_or(MALFORMED)?;
            let sig = BASE64.decode(b64).map_err(|_| MALFORMED)?;
            if !valid_name(name) || sig.len() < 5 || i >= MAX_SIGNATURES {
                return Err(MALFORMED.into());
            }
            let (hash, sig) = sig.split_at(4);
            if verified || name != self.name || hash != self.hash.to_be_bytes() {
                continue;
            }
            signature::UnparsedPublicKey::new(&signature::ED25519, &self.key)
                .verify(text.as_bytes(), sig)
                .map_err(|_| format!("invalid signature for key {name}+{:08x}", self.hash))?;
            verified = true;
        }
        match verified {
            true => Ok(text),
            false => Err("note has no verifiable signatures".into()),
        }
    }
}

/// Signing, for the tests of everything that verifies.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    /// A signer made from a seed, and the encoded public key.
    pub fn signer(name: &str, seed: u8) -> (Ed25519KeyPair, String) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let mut key = vec![ED25519];
        key.extend(pair.public_key().as_ref());
        let encoded = format!(
            "{name}+{:08x}+{}",
            key_hash(name, &key),
            BASE64.encode(&key)
        );
        (pair, encoded)
    }

    /// `text` with a signature below.
    pub fn sign(pair: &Ed25519KeyPair, encoded: &str, text: &str) -> String {
        let v = Verifier::new(encoded).unwrap();
        let mut sig = v.hash.to_be_bytes().to_vec();
        sig.extend(pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n\u{2014} {} {}\n", v.name, BASE64.encode(sig))
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{sign, signer};
    use super::*;

    #[test]
    fn keys() {
        let (_, key) = signer("db.test", 1);
        assert_eq!(Verifier::new(&key).unwrap().name(), "db.test");
        let other = key.replace("db.test", "dc.test");
        assert_eq!(Verifier::new(&other).unwrap_err(), "invalid verifier hash");
        for bad in ["", "x", "x+1+2", "x+zzzzzzzz+AAAA", "x+00000000+"] {
            assert_eq!(Verifier::new(bad).unwrap_err(), "malformed verifier id");
        }
    }

    #[test]
    fn notes() {
        let (pair, key) = signer("db.test", 1);
        let (pair2, key2) = signer("other.test", 2);
        let v = Verifier::new(&key).unwrap();
        let note = sign(&pair, &key, "hello\n");
        assert_eq!(v.open(note.as_bytes()), Ok("hello\n"));
        // Another signature in front does not matter.
        let foreign = sign(&pair2, &key2, "hello\n");
        let both = format!("{foreign}{}", &note["hello\n\n".len()..]);
        assert_eq!(v.open(both.as_bytes()), Ok("hello\n"));
        assert_eq!(
            v.open(foreign.as_bytes()).unwrap_err(),
            "note has no verifiable signatures"
        );
        let forged = note.replace("hello", "hellO");
        assert!(
            v.open(forged.as_bytes())
                .unwrap_err()
                .starts_with("invalid signature for key db.test+")
        );
        for bad in [
            "",
            "x",
            "x\n\n",
            "x\n\ny\n",
            "x\n\n\u{2014} a b\n",
            "x\0\n\n",
        ] {
            assert_eq!(v.open(bad.as_bytes()).unwrap_err(), "malformed note");
        }
    }
}
