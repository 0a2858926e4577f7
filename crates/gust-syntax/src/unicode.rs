//! The Unicode classes the language refers to (spec: Characters).
//!
//! Go 1.26's tables are Unicode 15.0; `unicode-properties` and the standard library may know
//! newer characters, which is harmless for the classes below except for exportedness.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// `unicode_letter`: categories Lu, Ll, Lt, Lm, Lo.
#[must_use]
pub fn is_letter(c: char) -> bool {
    use GeneralCategory as G;
    matches!(
        c.general_category(),
        G::UppercaseLetter
            | G::LowercaseLetter
            | G::TitlecaseLetter
            | G::ModifierLetter
            | G::OtherLetter
    )
}

/// `unicode_digit`: category Nd.
#[must_use]
pub fn is_digit(c: char) -> bool {
    c.general_category() == GeneralCategory::DecimalNumber
}

/// An upper case letter: category Lu.
#[must_use]
pub fn is_upper(c: char) -> bool {
    c.general_category() == GeneralCategory::UppercaseLetter
}

/// Punctuation: category P. Symbols such as `$` or `+` are not punctuation.
#[must_use]
pub fn is_punct(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// A character that shows: letters, marks, numbers, punctuation, symbols and spaces.
#[must_use]
pub fn is_graphic(c: char) -> bool {
    use GeneralCategoryGroup as G;
    match c.general_category_group() {
        G::Letter | G::Mark | G::Number | G::Punctuation | G::Symbol => true,
        G::Separator => c.general_category() == GeneralCategory::SpaceSeparator,
        G::Other => false,
    }
}
