//! The geometric mean of sizes, which decides where alignment of `key: value` pairs breaks.
//!
//! The decision compares floating-point numbers, and ties are common (sizes 20 and 50 at a
//! threshold of 2.5). To fall on the same side as the official formatter, logarithm and
//! exponential round the same way as the official library's on x86-64: `ln` is the algorithm of
//! FreeBSD's msun, `exp` that of Shibata's SLEEF 1 (argument reduction, Taylor polynomial, and
//! repeated squaring of `exp(x) - 1`).

/// Sizes seen so far, as the sum of their logarithms.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Geomean {
    ln_sum: f64,
    count: u32,
}

impl Geomean {
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// Adds a size; it must be positive.
    pub fn add(&mut self, size: usize) {
        self.ln_sum += ln(size as f64);
        self.count += 1;
    }

    /// The mean; there must be at least one size.
    pub fn get(self) -> f64 {
        exp(self.ln_sum / f64::from(self.count))
    }
}

/// The natural logarithm of a finite number ≥ 1.
fn ln(x: f64) -> f64 {
    const LN2_HI: f64 = 6.931_471_803_691_238e-1;
    const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;
    const ODD: [f64; 4] = [
        6.666_666_666_666_735e-1,
        2.857_142_874_366_239e-1,
        1.818_357_216_161_805e-1,
        1.479_819_860_511_658_6e-1,
    ];
    const EVEN: [f64; 3] = [
        3.999_999_999_940_942e-1,
        2.222_219_843_214_978_4e-1,
        1.531_383_769_920_937_3e-1,
    ];

    // x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2)
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i32 - 0x3fe;
    let mut fraction = f64::from_bits(bits & ((1 << 52) - 1) | 0x3fe << 52);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let f = fraction - 1.0;
    let k = f64::from(exponent);

    // ln(1 + f) = f - f²/2 + s (f²/2 + R) with s = f / (2 + f)
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * (ODD[0] + s4 * (ODD[1] + s4 * (ODD[2] + s4 * ODD[3])));
    let even = s4 * (EVEN[0] + s4 * (EVEN[1] + s4 * EVEN[2]));
    let r = odd + even;
    let half_square = 0.5 * f * f;
    k * LN2_HI - ((half_square - (s * (half_square + r) + k * LN2_LO)) - f)
}

/// The exponential of a number between 0 and 100.
fn exp(x: f64) -> f64 {
    const LN2_UPPER: f64 = 0.693_147_180_559_662_956_511_601_805_686_950_683_593_75;
    const LN2_LOWER: f64 = 0.282_352_905_630_315_771_225_884_481_750_134_360_255_254_120_68e-12;
    /// 1/8!, 1/7!, ... 1/3!, 1/2!, 1
    const TAYLOR: [f64; 8] = [
        2.480_158_730_158_73e-5,
        1.984_126_984_126_984e-4,
        1.388_888_888_888_889e-3,
        8.333_333_333_333_333e-3,
        4.166_666_666_666_666_4e-2,
        1.666_666_666_666_666_6e-1,
        0.5,
        1.0,
    ];

    let exponent = (x * std::f64::consts::LOG2_E).round_ties_even();
    let mut r = (-LN2_UPPER).mul_add(exponent, x);
    r = (-LN2_LOWER).mul_add(exponent, r);
    r *= 0.0625;
    let series = TAYLOR[1..]
        .iter()
        .fold(TAYLOR[0], |sum, c| sum.mul_add(r, *c));
    // y = exp(r) - 1; four times exp(2r) - 1 = y (y + 2).
    let mut y = r * series;
    for _ in 0..3 {
        y *= y + 2.0;
    }
    let power = (y + 2.0).mul_add(y, 1.0);
    power * f64::from_bits(((exponent as i64 + 0x3ff) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_to_the_true_values() {
        for n in 1..2000 {
            let x = f64::from(n);
            assert!((ln(x) - x.ln()).abs() <= 1e-15 * x.ln().max(1.0), "ln {n}");
            assert!((exp(x.ln()) / x - 1.0).abs() < 1e-14, "exp {n}");
        }
    }

    #[test]
    fn ties_fall_as_in_the_official_formatter() {
        // Below, below, above: a size of 2.5 times the mean is a break or is not.
        let mean = |s| {
            let mut mean = Geomean::default();
            mean.add(s);
            mean.get()
        };
        assert_eq!(mean(20).to_bits(), EXP_LN[0]);
        assert_eq!(mean(44).to_bits(), EXP_LN[1]);
        assert_eq!(mean(100).to_bits(), EXP_LN[2]);
    }

    /// exp(ln(n)) for 20, 44 and 100 as the official library computes them.
    const EXP_LN: [u64; 3] = [
        0x4033_ffff_ffff_ffff,
        0x4045_ffff_ffff_ffff,
        0x4059_0000_0000_0003,
    ];
}
