//! The curve P-256, for `crypto/internal/fips140/nistec`: field, scalars and points.
//!
//! Numbers are four words, lowest first, below the modulus and multiplied by 2^256 (Montgomery's form). Points have Jacobian
//! coordinates (x/z², y/z³). What is computed takes the same steps whatever the values: choices are made by masks.

use core::hint::black_box;

type Number = [u64; 4];

/// The field's prime, 2^256 - 2^224 + 2^192 + 2^96 - 1. Its negative inverse modulo 2^64 is 1.
const PRIME: Number = [
    0xffff_ffff_ffff_ffff,
    0x0000_0000_ffff_ffff,
    0,
    0xffff_ffff_0000_0001,
];
/// The number of the curve's points, and its negative inverse modulo 2^64.
const ORDER: Number = [
    0xf3b9_cac2_fc63_2551,
    0xbce6_faad_a717_9e84,
    0xffff_ffff_ffff_ffff,
    0xffff_ffff_0000_0000,
];
const ORDER_INVERSE: u64 = 0xccd1_c8aa_ee00_bc4f;
/// 2^256 modulo the prime.
const ONE: Number = [
    1,
    0xffff_ffff_0000_0000,
    0xffff_ffff_ffff_ffff,
    0x0000_0000_ffff_fffe,
];

/// A point; infinity if `z` is zero.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Point {
    x: Number,
    y: Number,
    z: Number,
}

/// A point that is not infinity.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Affine {
    x: Number,
    y: Number,
}

/// `a + b * c + carry`, and what is above a word of it.
#[inline(always)]
fn mul_add(a: u64, b: u64, c: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(b) * u128::from(c) + u128::from(a) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

#[inline(always)]
fn add_carry(a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(a) + u128::from(b) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

#[inline(always)]
fn sub_borrow(a: u64, b: u64, borrow: u64) -> (u64, u64) {
    let wide = u128::from(a).wrapping_sub(u128::from(b) + u128::from(borrow));
    (wide as u64, (wide >> 64) as u64 & 1)
}

/// All ones if the condition is not zero.
#[inline(always)]
fn mask(condition: usize) -> u64 {
    let bit = (condition | condition.wrapping_neg()) >> 63;
    black_box((bit as u64).wrapping_neg())
}

#[inline(always)]
fn choose(mask: u64, a: Number, b: Number) -> Number {
    core::array::from_fn(|i| b[i] ^ mask & (a[i] ^ b[i]))
}

/// A number of five words below twice the modulus, reduced.
#[inline(always)]
fn reduce_once(number: Number, top: u64, modulus: Number) -> Number {
    let (r0, b) = sub_borrow(number[0], modulus[0], 0);
    let (r1, b) = sub_borrow(number[1], modulus[1], b);
    let (r2, b) = sub_borrow(number[2], modulus[2], b);
    let (r3, b) = sub_borrow(number[3], modulus[3], b);
    let (_, b) = sub_borrow(top, 0, b);
    choose(b.wrapping_neg(), number, [r0, r1, r2, r3])
}

#[inline(always)]
fn add(a: Number, b: Number) -> Number {
    let (r0, c) = add_carry(a[0], b[0], 0);
    let (r1, c) = add_carry(a[1], b[1], c);
    let (r2, c) = add_carry(a[2], b[2], c);
    let (r3, c) = add_carry(a[3], b[3], c);
    reduce_once([r0, r1, r2, r3], c, PRIME)
}

#[inline(always)]
fn sub(a: Number, b: Number) -> Number {
    let (r0, c) = sub_borrow(a[0], b[0], 0);
    let (r1, c) = sub_borrow(a[1], b[1], c);
    let (r2, c) = sub_borrow(a[2], b[2], c);
    let (r3, c) = sub_borrow(a[3], b[3], c);
    let m = c.wrapping_neg();
    let (r0, c) = add_carry(r0, PRIME[0] & m, 0);
    let (r1, c) = add_carry(r1, PRIME[1] & m, c);
    let (r2, c) = add_carry(r2, PRIME[2] & m, c);
    let (r3, _) = add_carry(r3, PRIME[3] & m, c);
    [r0, r1, r2, r3]
}

#[inline(always)]
fn double(a: Number) -> Number {
    add(a, a)
}

/// `t + a * y` for a number of five words.
#[inline(always)]
fn mul_row(t: [u64; 5], a: Number, y: u64) -> ([u64; 5], u64) {
    let (t0, c) = mul_add(t[0], a[0], y, 0);
    let (t1, c) = mul_add(t[1], a[1], y, c);
    let (t2, c) = mul_add(t[2], a[2], y, c);
    let (t3, c) = mul_add(t[3], a[3], y, c);
    let (t4, c) = add_carry(t[4], c, 0);
    ([t0, t1, t2, t3, t4], c)
}

/// The product, divided by 2^256, modulo the prime. Word by word a multiple of the prime is added that clears the lowest word `m`:
/// `m` times the prime's lowest word, and `m`, are `m` one word higher; times the next, and that, are its bits moved by 32.
#[inline(always)]
fn mul(a: Number, b: Number) -> Number {
    let mut t = [0; 5];
    for y in b {
        let ([m, t1, t2, t3, t4], top) = mul_row(t, a, y);
        let (r0, c) = add_carry(t1, m << 32, 0);
        let (r1, c) = add_carry(t2, m >> 32, c);
        let (r2, c) = mul_add(t3, m, PRIME[3], c);
        let (r3, c) = add_carry(t4, c, 0);
        t = [r0, r1, r2, r3, top + c];
    }
    reduce_once([t[0], t[1], t[2], t[3]], t[4], PRIME)
}

#[inline(always)]
fn square(a: Number) -> Number {
    mul(a, a)
}

/// As [`mul`], modulo the order.
#[inline(always)]
fn mul_order(a: Number, b: Number) -> Number {
    let mut t = [0; 5];
    for y in b {
        let (row, top) = mul_row(t, a, y);
        let m = row[0].wrapping_mul(ORDER_INVERSE);
        let (sum, c) = mul_row(row, ORDER, m);
        t = [sum[1], sum[2], sum[3], sum[4], top + c];
    }
    reduce_once([t[0], t[1], t[2], t[3]], t[4], ORDER)
}

/// All ones if the number is zero.
fn zero_mask(a: Number) -> u64 {
    !mask((a[0] | a[1] | a[2] | a[3]) as usize)
}

fn choose_point(mask: u64, a: Point, b: Point) -> Point {
    Point {
        x: choose(mask, a.x, b.x),
        y: choose(mask, a.y, b.y),
        z: choose(mask, a.z, b.z),
    }
}

/// Twice the point, by the formulas for a curve with a = -3.
fn double_point(p: Point) -> Point {
    let delta = square(p.z);
    let gamma = square(p.y);
    let beta = mul(p.x, gamma);
    let product = mul(sub(p.x, delta), add(p.x, delta));
    let alpha = add(double(product), product);
    let beta4 = double(double(beta));
    let x = sub(square(alpha), double(beta4));
    let z = sub(sub(square(add(p.y, p.z)), gamma), delta);
    let gamma8 = double(double(double(square(gamma))));
    let y = sub(mul(alpha, sub(beta4, x)), gamma8);
    Point { x, y, z }
}

/// The sum of points given by u = x z'^2 and s = y z'^3 of each, and the product of both z; and whether they are equal. It holds
/// for points that are neither equal nor infinity.
#[inline(always)]
fn add_scaled(u: [Number; 2], s: [Number; 2], z: Number) -> (Point, u64) {
    let h = sub(u[1], u[0]);
    let r = sub(s[1], s[0]);
    let hh = square(h);
    let hhh = mul(h, hh);
    let v = mul(u[0], hh);
    let x = sub(sub(square(r), hhh), double(v));
    let y = sub(mul(r, sub(v, x)), mul(s[0], hhh));
    let sum = Point { x, y, z: mul(z, h) };
    (sum, zero_mask(h) & zero_mask(r))
}

/// `p256Mul(res, in1, in2 *p256Element)`
///
/// # Safety
/// Entry point, as all below: the numbers and points lie there, those for results may be the same as others.
pub unsafe extern "C" fn p256_mul(to: *mut Number, a: *const Number, b: *const Number) {
    // SAFETY: the caller's.
    unsafe { to.write(mul(a.read(), b.read())) }
}
entry!(
    "crypto/internal/fips140/nistec.p256Mul",
    crate::accel::p256::p256_mul
);

/// `p256Sqr(res, in *p256Element, n int)`: squared n times.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_sqr(to: *mut Number, a: *const Number, n: usize) {
    // SAFETY: the caller's.
    unsafe {
        let mut number = a.read();
        for _ in 0..n {
            number = square(number);
        }
        to.write(number);
    }
}
entry!(
    "crypto/internal/fips140/nistec.p256Sqr",
    crate::accel::p256::p256_sqr
);

/// `p256FromMont(res, in *p256Element)`: out of Montgomery's form.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_from_mont(to: *mut Number, a: *const Number) {
    // SAFETY: the caller's.
    unsafe { to.write(mul(a.read(), [1, 0, 0, 0])) }
}
entry!(
    "crypto/internal/fips140/nistec.p256FromMont",
    crate::accel::p256::p256_from_mont
);

/// `p256NegCond(val *p256Element, cond int)`: negated if the condition is not 0.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_neg_cond(a: *mut Number, condition: usize) {
    // SAFETY: the caller's.
    unsafe { a.write(choose(mask(condition), sub([0; 4], a.read()), a.read())) }
}
entry!(
    "crypto/internal/fips140/nistec.p256NegCond",
    crate::accel::p256::p256_neg_cond
);

/// `p256MovCond(res, a, b *P256Point, cond int)`: `a` if the condition is not 0, else `b`.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_mov_cond(
    to: *mut Point,
    a: *const Point,
    b: *const Point,
    condition: usize,
) {
    // SAFETY: the caller's.
    unsafe { to.write(choose_point(mask(condition), a.read(), b.read())) }
}
entry!(
    "crypto/internal/fips140/nistec.p256MovCond",
    crate::accel::p256::p256_mov_cond
);

/// `p256Select(res *P256Point, table *p256Table, idx int)`: the point number `index`, from 1 to 16; zeros for 0. All are read.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_select(to: *mut Point, table: *const [Point; 16], index: usize) {
    let mut found = Point {
        x: [0; 4],
        y: [0; 4],
        z: [0; 4],
    };
    // SAFETY: the caller's.
    for (i, point) in unsafe { &*table }.iter().enumerate() {
        found = choose_point(!mask((i + 1) ^ index), *point, found);
    }
    // SAFETY: the caller's.
    unsafe { to.write(found) }
}
entry!(
    "crypto/internal/fips140/nistec.p256Select",
    crate::accel::p256::p256_select
);

/// `p256SelectAffine(res *p256AffinePoint, table *p256AffineTable, idx int)`: as [`p256_select`], from 1 to 32.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_select_affine(
    to: *mut Affine,
    table: *const [Affine; 32],
    index: usize,
) {
    let mut found = Affine {
        x: [0; 4],
        y: [0; 4],
    };
    // SAFETY: the caller's.
    for (i, point) in unsafe { &*table }.iter().enumerate() {
        let other = mask((i + 1) ^ index);
        found.x = choose(other, found.x, point.x);
        found.y = choose(other, found.y, point.y);
    }
    // SAFETY: the caller's.
    unsafe { to.write(found) }
}
entry!(
    "crypto/internal/fips140/nistec.p256SelectAffine",
    crate::accel::p256::p256_select_affine
);

/// `p256PointAddAffineAsm(res, in1 *P256Point, in2 *p256AffinePoint, sign, sel, zero int)`: the sum, with the second negated if
/// `sign` is not 0; the first if `sel` is 0; the second if `zero` is 0.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_point_add_affine(
    to: *mut Point,
    a: *const Point,
    b: *const Affine,
    sign: usize,
    select: usize,
    zero: usize,
) {
    // SAFETY: the caller's.
    let (a, b) = unsafe { (a.read(), b.read()) };
    let y = choose(mask(sign), sub([0; 4], b.y), b.y);
    let zz = square(a.z);
    let u = mul(b.x, zz);
    let s = mul(y, mul(a.z, zz));
    let (sum, _) = add_scaled([a.x, u], [a.y, s], a.z);
    let sum = choose_point(mask(select), sum, a);
    let sum = choose_point(mask(zero), sum, Point { x: b.x, y, z: ONE });
    // SAFETY: the caller's.
    unsafe { to.write(sum) }
}
entry!(
    "crypto/internal/fips140/nistec.p256PointAddAffineAsm",
    crate::accel::p256::p256_point_add_affine
);

/// `p256PointAddAsm(res, in1, in2 *P256Point) int`: 1 if the points are equal, where the sum is something else.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_point_add(to: *mut Point, a: *const Point, b: *const Point) -> usize {
    // SAFETY: the caller's.
    let (a, b) = unsafe { (a.read(), b.read()) };
    let (zz_a, zz_b) = (square(a.z), square(b.z));
    let u = [mul(a.x, zz_b), mul(b.x, zz_a)];
    let s = [mul(a.y, mul(b.z, zz_b)), mul(b.y, mul(a.z, zz_a))];
    let (sum, equal) = add_scaled(u, s, mul(a.z, b.z));
    // SAFETY: the caller's.
    unsafe { to.write(sum) };
    (equal & 1) as usize
}
entry!(
    "crypto/internal/fips140/nistec.p256PointAddAsm",
    crate::accel::p256::p256_point_add
);

/// `p256PointDoubleAsm(res, in *P256Point)`
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_point_double(to: *mut Point, a: *const Point) {
    // SAFETY: the caller's.
    unsafe { to.write(double_point(a.read())) }
}
entry!(
    "crypto/internal/fips140/nistec.p256PointDoubleAsm",
    crate::accel::p256::p256_point_double
);

/// `p256OrdMul(res, in1, in2 *p256OrdElement)`
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_ord_mul(to: *mut Number, a: *const Number, b: *const Number) {
    // SAFETY: the caller's.
    unsafe { to.write(mul_order(a.read(), b.read())) }
}
entry!(
    "crypto/internal/fips140/nistec.p256OrdMul",
    crate::accel::p256::p256_ord_mul
);

/// `p256OrdSqr(res, in *p256OrdElement, n int)`: squared n times.
///
/// # Safety
/// See [`p256_mul`].
pub unsafe extern "C" fn p256_ord_sqr(to: *mut Number, a: *const Number, n: usize) {
    // SAFETY: the caller's.
    unsafe {
        let mut number = a.read();
        for _ in 0..n {
            number = mul_order(number, number);
        }
        to.write(number);
    }
}
entry!(
    "crypto/internal/fips140/nistec.p256OrdSqr",
    crate::accel::p256::p256_ord_sqr
);

#[cfg(test)]
mod tests {
    use super::*;

    /// The generator, in Montgomery's form.
    const GENERATOR: Point = Point {
        x: [
            0x79e7_30d4_18a9_143c,
            0x75ba_95fc_5fed_b601,
            0x79fb_732b_7762_2510,
            0x1890_5f76_a537_55c6,
        ],
        y: [
            0xddf2_5357_ce95_560a,
            0x8b4a_b8e4_ba19_e45c,
            0xd2e8_8688_dd21_f325,
            0x8571_ff18_2588_5d85,
        ],
        z: ONE,
    };

    fn same(a: Point, b: Point) -> bool {
        let (za, zb) = (square(a.z), square(b.z));
        mul(a.x, zb) == mul(b.x, za) && mul(a.y, mul(b.z, zb)) == mul(b.y, mul(a.z, za))
    }

    fn sum(a: Point, b: Point) -> (Point, usize) {
        let mut to = a;
        // SAFETY: all are there.
        let equal = unsafe { p256_point_add(&raw mut to, &raw const a, &raw const b) };
        (to, equal)
    }

    #[test]
    fn field() {
        assert_eq!(mul(ONE, ONE), ONE);
        assert_eq!(sub([0; 4], [0; 4]), [0; 4]);
        let minus_one = sub([0; 4], ONE);
        assert_eq!(mul(minus_one, minus_one), ONE);
        assert_eq!(add(minus_one, ONE), [0; 4]);
    }

    #[test]
    fn points() {
        let two = double_point(GENERATOR);
        let (three, equal) = sum(two, GENERATOR);
        assert_eq!(equal, 0);
        let four = double_point(two);
        let (other_four, _) = sum(three, GENERATOR);
        assert!(same(four, other_four) && !same(four, three));
        assert_eq!(sum(two, two).1, 1);
        // A point and its negative.
        let mut negative = two;
        // SAFETY: it is there.
        unsafe { p256_neg_cond(&raw mut negative.y, 1) };
        let (infinity, equal) = sum(two, negative);
        assert!(equal == 0 && infinity.z == [0; 4]);
        let generator = Affine {
            x: GENERATOR.x,
            y: GENERATOR.y,
        };
        let mut to = three;
        // SAFETY: all are there.
        unsafe {
            p256_point_add_affine(&raw mut to, &raw const two, &raw const generator, 0, 1, 1)
        };
        assert!(same(to, three));
        // SAFETY: all are there.
        unsafe {
            p256_point_add_affine(&raw mut to, &raw const two, &raw const generator, 1, 1, 1)
        };
        assert!(same(to, GENERATOR));
    }
}
