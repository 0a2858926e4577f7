//! Comments: grouping them and finding what they belong to.
//!
//! A group is comments with neither a token nor an empty line between them. A group that ends
//! on the line above a token leads it and documents what starts there; a group behind a token,
//! with nothing else on the line where it ends, is a line comment of what ends there. These
//! are the rules of the official formatter's parser, on which layout depends.

use super::Parser;
use crate::ast::{Comment, CommentGroup, CommentGroupId};
use crate::scanner::{RawComment, Tok};

impl Parser<'_> {
    /// Deals with the comments between the token at `before` and the current one.
    #[cold]
    pub(super) fn take_comments(&mut self, before: Option<usize>) {
        let comments = std::mem::take(&mut self.s.comments);
        for &comment in comments.iter().filter(|c| c.directive) {
            self.directive(comment);
        }
        if self.mode.comments {
            self.group_comments(before, &comments);
        }
        // The list's memory is used again.
        self.s.comments = comments;
        self.s.comments.clear();
    }

    fn group_comments(&mut self, before: Option<usize>, comments: &[RawComment]) {
        let mut rest = comments;
        let token = self.s.start();
        let first = rest[0].start as usize;
        if before.is_some_and(|before| self.breaks(before, first, 0)) {
            let (group, after) = self.group(rest, 0);
            let end = rest[rest.len() - after.len() - 1].end as usize;
            let next = after.first().map_or(token, |c| c.start as usize);
            if !self.breaks(end, next, 0) || matches!(self.tok(), Tok::Semi | Tok::Eof) {
                self.line_comment = Some(group);
            }
            rest = after;
        }
        let mut last = None;
        while !rest.is_empty() {
            let (group, after) = self.group(rest, 1);
            last = Some((group, rest[rest.len() - after.len() - 1].end as usize));
            rest = after;
        }
        if let Some((group, end)) = last
            && !self.breaks(end, token, 0)
            && self.breaks(end, token, 1)
        {
            self.lead_comment = Some(group);
        }
    }

    /// Whether at most `max` line breaks lie between two offsets.
    fn breaks(&self, from: usize, to: usize, max: usize) -> bool {
        let text = self.s.src().get(from..to).unwrap_or_default();
        memchr::memchr_iter(b'\n', text).take(max + 1).count() <= max
    }

    /// Makes a group of the comments in front, up to one with more than `max` line breaks
    /// before it. Returns the comments that are left.
    fn group<'c>(
        &mut self,
        comments: &'c [RawComment],
        max: usize,
    ) -> (CommentGroupId, &'c [RawComment]) {
        let mut len = 1;
        while let (Some(last), Some(next)) = (comments.get(len - 1), comments.get(len))
            && self.breaks(last.end as usize, next.start as usize, max)
        {
            len += 1;
        }
        let list = comments[..len].iter().map(|&c| self.comment(c)).collect();
        self.ast.comment_groups.push(CommentGroup { list });
        let id = CommentGroupId(self.ast.comment_groups.len() as u32 - 1);
        (id, &comments[len..])
    }

    fn comment(&self, comment: RawComment) -> Comment {
        let text = &self.s.src()[comment.start as usize..comment.end as usize];
        let text = String::from_utf8_lossy(text);
        Comment {
            pos: self.s.pos_of(comment.start as usize),
            end: self.s.pos_of(comment.end as usize),
            text: if text.contains('\r') {
                without_returns(&text)
            } else {
                text.into_owned()
            },
        }
    }
}

/// A comment's text without carriage returns, but for one that keeps `*\r/` from ending it.
fn without_returns(text: &str) -> String {
    let full = text.starts_with("/*");
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let needed = full && kept.len() > 2 && kept.ends_with('*') && chars.peek() == Some(&'/');
        if c != '\r' || needed {
            kept.push(c);
        }
    }
    kept
}
