use alloc::format;
use alloc::string::{String, ToString};
use core::cmp::Ordering;

use super::*;

/// The operations of all three types, so that one test can cover them.
trait Decimal:
    Copy + fmt::Debug + fmt::Display + PartialOrd + FromStr<Err = ParseDecimalError>
{
    const FORMAT: Format;

    fn of(bits: u128) -> Self;
    fn bits(self) -> u128;
    fn into_decimal_parts(self) -> DecimalParts;
    fn from_decimal_parts(negative: bool, coefficient: u128, exponent: i32) -> Option<Self>;
}

macro_rules! decimal {
    ($name:ident, $bits:ty) => {
        impl Decimal for $name {
            const FORMAT: Format = Self::FORMAT;

            fn of(bits: u128) -> Self {
                Self::from_bits(<$bits>::try_from(bits).unwrap())
            }

            fn bits(self) -> u128 {
                self.to_bits().into()
            }

            fn into_decimal_parts(self) -> DecimalParts {
                self.parts()
            }

            fn from_decimal_parts(
                negative: bool,
                coefficient: u128,
                exponent: i32,
            ) -> Option<Self> {
                Self::from_parts(negative, coefficient, exponent)
            }
        }
    };
}

decimal!(Decimal32, u32);
decimal!(Decimal64, u64);
decimal!(Decimal128, u128);

/// The `SplitMix64` generator, twice over for 128 bits.
struct Random(u64);

impl Random {
    fn half(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn bits(&mut self) -> u128 {
        u128::from(self.half()) << 64 | u128::from(self.half())
    }

    fn below(&mut self, limit: u128) -> u128 {
        self.bits() % limit
    }

    /// Returns a canonical finite number. All lengths of the coefficient are equally likely.
    fn finite<D: Decimal>(&mut self) -> (bool, u128, i32) {
        let digits = D::FORMAT.max_coefficient().ilog10() + 1;
        let length = u32::try_from(self.below(u128::from(digits) + 1)).unwrap();
        let range = D::FORMAT.max_exponent() - D::FORMAT.min_exponent() + 1;
        let exponent = self.below(range.unsigned_abs().into());
        (
            self.half() & 1 == 1,
            self.below(10u128.pow(length)),
            i32::try_from(exponent).unwrap() + D::FORMAT.min_exponent(),
        )
    }
}

fn finite(negative: bool, coefficient: u128, exponent: i32) -> DecimalParts {
    DecimalParts::Finite { negative, coefficient, exponent }
}

fn parse<D: Decimal>(text: &str) -> D {
    match text.parse() {
        Ok(decimal) => decimal,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn refusal<D: Decimal>(text: &str) -> ParseDecimalError {
    match text.parse::<D>() {
        Ok(decimal) => panic!("{text} was read as {decimal:?}"),
        Err(error) => error,
    }
}

#[test]
fn the_layouts_follow_the_rule_of_the_standard() {
    // The limits of IEEE 754-2008, table 3.6, with the exponents those of an integer coefficient.
    let limits =
        |format: Format| (format.max_coefficient(), format.min_exponent(), format.max_exponent());
    assert_eq!(limits(format::DECIMAL32), (9_999_999, -101, 90));
    assert_eq!(limits(format::DECIMAL64), (9_999_999_999_999_999, -398, 369));
    assert_eq!(limits(format::DECIMAL128), (10u128.pow(34) - 1, -6176, 6111));
}

#[test]
fn known_bits_of_decimal32() {
    assert_eq!(Decimal32::ZERO.to_bits(), 0x3280_0000);
    assert_eq!(Decimal32::ONE.to_bits(), 0x3280_0001);
    assert_eq!(Decimal32::INFINITY.to_bits(), 0x7800_0000);
    assert_eq!(Decimal32::NEG_INFINITY.to_bits(), 0xF800_0000);
    assert_eq!(Decimal32::NAN.to_bits(), 0x7C00_0000);
    assert_eq!(Decimal32::MIN_POSITIVE.to_bits(), 1);
    // 9999999 is 0x98967F, of which the long form keeps 21 bits; the exponent is 191.
    assert_eq!(Decimal32::MAX.to_bits(), 0x77F8_967F);
    assert_eq!(parse::<Decimal32>("-1.50").to_bits(), 0xB180_0096);
    assert_eq!(parse::<Decimal32>("snan5").to_bits(), 0x7E00_0005);
    // The last coefficient of the short form and the first of the long one.
    assert_eq!(parse::<Decimal32>("8388607").to_bits(), 0x32FF_FFFF);
    assert_eq!(parse::<Decimal32>("8388608").to_bits(), 0x6CA0_0000);
}

#[test]
fn known_bits_of_decimal64() {
    assert_eq!(Decimal64::ZERO.to_bits(), 0x31C0_0000_0000_0000);
    assert_eq!(Decimal64::ONE.to_bits(), 0x31C0_0000_0000_0001);
    assert_eq!(Decimal64::INFINITY.to_bits(), 0x7800_0000_0000_0000);
    assert_eq!(Decimal64::NEG_INFINITY.to_bits(), 0xF800_0000_0000_0000);
    assert_eq!(Decimal64::NAN.to_bits(), 0x7C00_0000_0000_0000);
    assert_eq!(Decimal64::MIN_POSITIVE.to_bits(), 1);
    assert_eq!(Decimal64::MAX.to_bits(), 0x77FB_86F2_6FC0_FFFF);
    assert_eq!(parse::<Decimal64>("-1.50").to_bits(), 0xB180_0000_0000_0096);
    assert_eq!(parse::<Decimal64>("9007199254740991").to_bits(), 0x31DF_FFFF_FFFF_FFFF);
    assert_eq!(parse::<Decimal64>("9007199254740992").to_bits(), 0x6C70_0000_0000_0000);
}

#[test]
fn known_bits_of_decimal128() {
    assert_eq!(Decimal128::ZERO.to_bits(), 0x3040 << 112);
    assert_eq!(Decimal128::ONE.to_bits(), 0x3040 << 112 | 1);
    assert_eq!(Decimal128::INFINITY.to_bits(), 0x7800 << 112);
    assert_eq!(Decimal128::NEG_INFINITY.to_bits(), 0xF800 << 112);
    assert_eq!(Decimal128::NAN.to_bits(), 0x7C00 << 112);
    assert_eq!(Decimal128::MIN_POSITIVE.to_bits(), 1);
    assert_eq!(Decimal128::MAX.to_bits(), 0x5FFF_ED09_BEAD_87C0_378D_8E63_FFFF_FFFF);
    assert_eq!(parse::<Decimal128>("-1.50").to_bits(), 0xB03C << 112 | 0x96);
}

#[test]
fn bytes_are_in_network_order() {
    assert_eq!(Decimal32::ONE.to_be_bytes(), [0x32, 0x80, 0, 1]);
    assert_eq!(Decimal32::from_be_bytes([0x32, 0x80, 0, 1]), Decimal32::ONE);
    let bytes = [0x31, 0xC0, 0, 0, 0, 0, 0, 1];
    assert_eq!(Decimal64::ONE.to_be_bytes(), bytes);
    assert_eq!(Decimal64::from_be_bytes(bytes), Decimal64::ONE);
    let bytes = [0x30, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    assert_eq!(Decimal128::ONE.to_be_bytes(), bytes);
    assert_eq!(Decimal128::from_be_bytes(bytes), Decimal128::ONE);
}

#[test]
fn default_and_integers_have_exponent_zero() {
    assert_eq!(Decimal32::default().parts(), finite(false, 0, 0));
    assert_eq!(Decimal64::default().parts(), finite(false, 0, 0));
    assert_eq!(Decimal128::default().parts(), finite(false, 0, 0));
    assert_eq!(Decimal32::from(i8::MIN).parts(), finite(true, 128, 0));
    assert_eq!(Decimal32::from(u16::MAX).parts(), finite(false, 65_535, 0));
    assert_eq!(Decimal64::from(i32::MIN).parts(), finite(true, 2_147_483_648, 0));
    assert_eq!(Decimal128::from(u64::MAX).parts(), finite(false, u64::MAX.into(), 0));
    assert_eq!(Decimal128::from(i64::MIN).parts(), finite(true, 1 << 63, 0));
    assert_eq!(Decimal64::from(0u8).to_bits(), Decimal64::ZERO.to_bits());
}

#[test]
fn the_kinds_are_distinguished() {
    let kinds = |d: Decimal64| [d.is_finite(), d.is_infinite(), d.is_nan()];
    assert_eq!(kinds(Decimal64::MAX), [true, false, false]);
    assert_eq!(kinds(Decimal64::ZERO), [true, false, false]);
    assert_eq!(kinds(Decimal64::NEG_INFINITY), [false, true, false]);
    assert_eq!(kinds(Decimal64::NAN), [false, false, true]);
    assert_eq!(kinds(parse("sNaN1")), [false, false, true]);
    for text in ["-0", "-1", "-inf", "-nan", "-snan3"] {
        assert!(parse::<Decimal32>(text).is_sign_negative(), "{text}");
        assert!(!parse::<Decimal32>(&text[1..]).is_sign_negative(), "{text}");
    }
}

#[test]
fn coefficients_beyond_the_precision_are_zero_and_keep_their_bits() {
    // The long form, at 9999999 and one more, with exponent 0.
    let last = Decimal32::from_bits(0x6CB8_967F);
    let beyond = Decimal32::from_bits(0xECB8_9680);
    assert_eq!(last.parts(), finite(false, 9_999_999, 0));
    assert_eq!(beyond.parts(), finite(true, 0, 0));
    assert_eq!(beyond.to_bits(), 0xECB8_9680);
    assert_eq!(beyond, Decimal32::ZERO);
    assert_eq!(beyond.to_string(), "-0");

    // In 128 bits all of the long form is beyond, and some of the short form.
    let long = Decimal128::from_bits(0x6C10 << 112 | 7);
    assert_eq!(long.parts(), finite(false, 0, 0));
    assert_eq!(long.to_bits(), 0x6C10 << 112 | 7);
    let short = Decimal128::from_bits(0x3040 << 112 | 10u128.pow(34));
    assert_eq!(short.parts(), finite(false, 0, 0));
}

#[test]
fn non_canonical_infinities_and_nans_are_recognized() {
    assert_eq!(Decimal32::from_bits(0x7812_3456), Decimal32::INFINITY);
    assert_eq!(Decimal32::from_bits(0x7812_3456).to_string(), "Infinity");
    let payload = |bits| match Decimal32::from_bits(bits).parts() {
        DecimalParts::Nan { payload, .. } => payload,
        other => panic!("{other:?}"),
    };
    assert_eq!(payload(0x7C0F_423F), 999_999);
    assert_eq!(payload(0x7C0F_4240), 0);
    // The bits between the marker and the payload have no meaning.
    assert_eq!(payload(0x7DF0_0003), 3);
}

#[test]
fn from_parts_moves_zeros_only_if_necessary() {
    let parts = |coefficient, exponent| {
        Decimal32::from_parts(false, coefficient, exponent).map(Decimal32::parts)
    };
    assert_eq!(parts(150, -2), Some(finite(false, 150, -2)));
    assert_eq!(parts(12_345_670, 0), Some(finite(false, 1_234_567, 1)));
    assert_eq!(parts(12_345_678, 0), None);
    assert_eq!(parts(10u128.pow(38), 0), Some(finite(false, 1_000_000, 32)));
    assert_eq!(parts(u128::MAX, 0), None);
    assert_eq!(parts(5, 92), Some(finite(false, 500, 90)));
    assert_eq!(parts(1, 96), Some(finite(false, 1_000_000, 90)));
    assert_eq!(parts(1, 97), None);
    assert_eq!(parts(700, -103), Some(finite(false, 7, -101)));
    assert_eq!(parts(700, -104), None);
    assert_eq!(parts(1, i32::MAX), None);
    assert_eq!(parts(1, i32::MIN), None);
    assert_eq!(parts(0, i32::MAX), Some(finite(false, 0, 90)));
    assert_eq!(parts(0, i32::MIN), Some(finite(false, 0, -101)));
}

#[test]
fn text_keeps_the_cohort() {
    let cases = [
        ("0", false, 0, 0),
        ("-0.00", true, 0, -2),
        ("000", false, 0, 0),
        ("-1.50", true, 150, -2),
        ("1.5", false, 15, -1),
        ("+7", false, 7, 0),
        ("007", false, 7, 0),
        ("1e-3", false, 1, -3),
        ("1.5E+10", false, 15, 9),
        (".5", false, 5, -1),
        ("5.", false, 5, 0),
        ("5.e1", false, 5, 1),
        ("100", false, 100, 0),
        ("1e2", false, 1, 2),
        ("1.000000", false, 1_000_000, -6),
        // Zeros that do not fit move into the exponent.
        ("1.0000000", false, 1_000_000, -6),
        ("123456700", false, 1_234_567, 2),
        // The exponent stops at its limits.
        ("1e96", false, 1_000_000, 90),
        ("10e-102", false, 1, -101),
        ("0e999999999999999999999", false, 0, 90),
        ("0e-999999999999999999999", false, 0, -101),
        ("00000000000000000001e00000000000000000002", false, 1, 2),
    ];
    for (text, negative, coefficient, exponent) in cases {
        assert_eq!(
            parse::<Decimal32>(text).parts(),
            finite(negative, coefficient, exponent),
            "{text}"
        );
    }
}

#[test]
fn long_text_is_parsed_if_it_is_mostly_zeros() {
    let zeros = "0".repeat(5000);
    let one: Decimal32 = parse(&format!("1{zeros}e-5000"));
    assert_eq!(one.parts(), finite(false, 1_000_000, -6));
    let one: Decimal32 = parse(&format!("0.{zeros}1e5001"));
    assert_eq!(one.parts(), finite(false, 1, 0));
    let zero: Decimal128 = parse(&format!("{zeros}.{zeros}"));
    assert_eq!(zero.parts(), finite(false, 0, -5000));
}

#[test]
fn words_are_parsed_in_any_case() {
    for text in ["inf", "INF", "+Infinity", "iNFINITY"] {
        assert_eq!(parse::<Decimal64>(text).to_bits(), Decimal64::INFINITY.to_bits(), "{text}");
    }
    let nan = |text| parse::<Decimal64>(text).parts();
    let parts = |negative, signaling, payload| DecimalParts::Nan { negative, signaling, payload };
    assert_eq!(nan("NaN"), parts(false, false, 0));
    assert_eq!(nan("-nan"), parts(true, false, 0));
    assert_eq!(nan("nAn0012"), parts(false, false, 12));
    assert_eq!(nan("SNAN"), parts(false, true, 0));
    assert_eq!(nan("-sNaN7"), parts(true, true, 7));
    assert_eq!(nan("NaN999999999999999"), parts(false, false, 999_999_999_999_999));
}

#[test]
fn text_of_another_form_is_refused() {
    use ParseDecimalError::{Empty, UnexpectedCharacter, UnexpectedEnd};
    assert_eq!(refusal::<Decimal32>(""), Empty);
    for text in ["-", "+", ".", "-.", "1e", "1e+", "1.5E-"] {
        let index = text.len();
        assert_eq!(refusal::<Decimal64>(text), UnexpectedEnd { index }, "{text}");
    }
    let cases = [
        (" 1", 0),
        ("1 ", 1),
        ("--1", 1),
        ("+-1", 1),
        ("e5", 0),
        (".e5", 1),
        ("1.2.3", 3),
        ("1_000", 1),
        ("1e2.5", 3),
        ("1e5e5", 3),
        ("1e--5", 3),
        ("0x10", 1),
        ("infin", 3),
        ("infinityy", 8),
        ("inf0", 3),
        ("na", 0),
        ("nan-1", 3),
        ("nan1.5", 4),
        ("sinf", 0),
        ("12\u{0663}", 2),
        ("\u{00BD}", 0),
        ("1\0", 1),
    ];
    for (text, index) in cases {
        assert_eq!(refusal::<Decimal128>(text), UnexpectedCharacter { index }, "{text}");
    }
}

#[test]
fn digits_that_would_have_to_be_rounded_are_refused() {
    use ParseDecimalError::TooManyDigits;
    assert_eq!(refusal::<Decimal32>("12345678"), TooManyDigits { index: 7 });
    assert_eq!(refusal::<Decimal32>("-1.2345678"), TooManyDigits { index: 9 });
    assert_eq!(refusal::<Decimal32>("1.00000001"), TooManyDigits { index: 9 });
    assert_eq!(refusal::<Decimal64>("12345678901234567"), TooManyDigits { index: 16 });
    let nines = "9".repeat(35);
    assert_eq!(refusal::<Decimal128>(&nines), TooManyDigits { index: 34 });
    assert_eq!(parse::<Decimal128>(&nines[1..]).parts(), finite(false, 10u128.pow(34) - 1, 0));
    let far = format!("1{}1", "0".repeat(5000));
    assert_eq!(refusal::<Decimal128>(&far), TooManyDigits { index: 5001 });

    assert_eq!(refusal::<Decimal32>("NaN1000000"), TooManyDigits { index: 9 });
    assert_eq!(refusal::<Decimal32>("-sNaN9999999"), TooManyDigits { index: 11 });
    let nines = format!("NaN{}", "9".repeat(34));
    assert_eq!(refusal::<Decimal128>(&nines), TooManyDigits { index: 36 });
}

#[test]
fn exponents_out_of_range_are_refused() {
    use ParseDecimalError::ExponentOutOfRange;
    let cases = [
        ("1e97", 1),
        ("1234567e91", 7),
        ("-1e-102", 2),
        ("1.5e-101", 3),
        ("1e99999999999999999999999999", 1),
        ("1e-99999999999999999999999999", 1),
    ];
    for (text, index) in cases {
        assert_eq!(refusal::<Decimal32>(text), ExponentOutOfRange { index }, "{text}");
    }
    let small = format!("-0.{}1", "0".repeat(101));
    assert_eq!(refusal::<Decimal32>(&small), ExponentOutOfRange { index: 1 });
    assert_eq!(refusal::<Decimal64>("1e385"), ExponentOutOfRange { index: 1 });
    assert_eq!(refusal::<Decimal128>("1e6145"), ExponentOutOfRange { index: 1 });
    assert_eq!(refusal::<Decimal128>("1e-6177"), ExponentOutOfRange { index: 1 });
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    let message = |text| refusal::<Decimal32>(text).to_string();
    assert_eq!(message(""), "empty text is not a decimal number");
    assert_eq!(message("1e"), "text ends too early at index 2");
    assert_eq!(message("1x"), "unexpected character at index 1");
    assert_eq!(message("12345678"), "too many digits to be held exactly at index 7");
    assert_eq!(message("1e97"), "exponent out of range at index 1");
    let error: &dyn core::error::Error = &ParseDecimalError::Empty;
    assert!(error.source().is_none());
}

#[test]
fn numbers_print_by_the_scientific_string_rule() {
    // The examples of the General Decimal Arithmetic specification, and the edges of the rule.
    let cases = [
        (false, 123, 0, "123"),
        (true, 123, 0, "-123"),
        (false, 123, 1, "1.23E+3"),
        (false, 123, 3, "1.23E+5"),
        (false, 123, -1, "12.3"),
        (false, 123, -2, "1.23"),
        (false, 123, -3, "0.123"),
        (false, 123, -5, "0.00123"),
        (false, 123, -10, "1.23E-8"),
        (true, 123, -12, "-1.23E-10"),
        (false, 0, 0, "0"),
        (false, 0, -2, "0.00"),
        (false, 0, 2, "0E+2"),
        (true, 0, 0, "-0"),
        (false, 5, -6, "0.000005"),
        (false, 50, -7, "0.0000050"),
        (false, 5, -7, "5E-7"),
        (false, 0, -6, "0.000000"),
        (false, 0, -7, "0E-7"),
        (false, 1, 10, "1E+10"),
        (false, 15, 9, "1.5E+10"),
        (false, 9_999_999, 90, "9.999999E+96"),
    ];
    for (negative, coefficient, exponent, text) in cases {
        let decimal = Decimal32::from_parts(negative, coefficient, exponent).unwrap();
        assert_eq!(decimal.to_string(), text);
    }
    assert_eq!(Decimal32::NEG_INFINITY.to_string(), "-Infinity");
    assert_eq!(Decimal32::NAN.to_string(), "NaN");
    assert_eq!(parse::<Decimal32>("-snan012").to_string(), "-sNaN12");
}

#[test]
fn the_longest_texts_fit_the_line() {
    let digits = "1234567890123456789012345678901234";
    let (first, rest) = digits.split_at(1);
    let texts = [
        format!("-{first}.{rest}E+6144"),
        format!("-{first}.{rest}E-6143"),
        format!("-0.00000{digits}"),
        format!("-sNaN{}", &digits[1..]),
    ];
    for text in texts {
        assert_eq!(parse::<Decimal128>(&text).to_string(), text);
    }
}

#[test]
fn flags_apply_to_the_text_as_a_whole() {
    let decimal = parse::<Decimal64>("-1.50");
    assert_eq!(format!("[{decimal:7}]"), "[  -1.50]");
    assert_eq!(format!("[{decimal:<7}]"), "[-1.50  ]");
    assert_eq!(format!("[{decimal:*^7}]"), "[*-1.50*]");
    assert_eq!(format!("[{decimal:07}]"), "[-001.50]");
    assert_eq!(format!("[{decimal:.1}]"), "[-1.50]");
    assert_eq!(format!("{:+}", Decimal64::ONE), "+1");
    assert_eq!(format!("{:09}", Decimal64::NEG_INFINITY), "-Infinity");
    assert_eq!(format!("{:+010}", Decimal64::INFINITY), "+Infinity");
    assert_eq!(format!("{:05}", Decimal64::NAN), "NaN");
}

#[test]
fn debug_names_the_type() {
    assert_eq!(format!("{:?}", Decimal32::NAN), "Decimal32(NaN)");
    assert_eq!(format!("{:?}", parse::<Decimal64>("1.50")), "Decimal64(1.50)");
    assert_eq!(format!("{:#?}", Decimal128::ONE), "Decimal128(1)");
}

#[test]
fn comparison_is_numeric() {
    // The members of a group are equal, and less than those of later groups.
    let groups: [&[&str]; 14] = [
        &["-inf"],
        &["-9.999999E+96"],
        &["-1e90", "-1000000e84"],
        &["-1.51"],
        &["-1.5", "-1.50", "-1500000e-6"],
        &["-1e-101"],
        &["0", "-0", "0e90", "-0e-101", "0.00"],
        &["1e-101"],
        &["1e-6", "0.000001", "10e-7"],
        &["1.499999"],
        &["1.5", "1.50", "15e-1", "1.500000"],
        &["9999999"],
        &["1e7", "1000000e1"],
        &["inf"],
    ];
    for (left_rank, left_group) in groups.iter().enumerate() {
        for (right_rank, right_group) in groups.iter().enumerate() {
            for left in *left_group {
                for right in *right_group {
                    let expected = Some(left_rank.cmp(&right_rank));
                    compare::<Decimal32>(left, right, expected);
                    compare::<Decimal64>(left, right, expected);
                    compare::<Decimal128>(left, right, expected);
                }
            }
        }
    }
    for other in ["nan", "snan", "0", "-inf", "inf"] {
        compare::<Decimal64>("nan", other, None);
        compare::<Decimal64>(other, "snan1", None);
    }
}

fn compare<D: Decimal>(left: &str, right: &str, expected: Option<Ordering>) {
    let (left, right) = (parse::<D>(left), parse::<D>(right));
    assert_eq!(left.partial_cmp(&right), expected, "{left:?} {right:?}");
    assert_eq!(left == right, expected == Some(Ordering::Equal));
}

#[test]
fn comparison_is_exact_at_the_ends_of_the_range() {
    let nines = "9".repeat(34);
    let zeros = "0".repeat(33);
    compare::<Decimal128>("1e-6176", &format!("{nines}e6111"), Some(Ordering::Less));
    compare::<Decimal128>("-1e-6176", &format!("-{nines}e6111"), Some(Ordering::Greater));
    compare::<Decimal128>("1e6111", &format!("1{zeros}e6078"), Some(Ordering::Equal));
    compare::<Decimal128>("1e-6143", &format!("1{}1e-6176", &zeros[1..]), Some(Ordering::Less));
    compare::<Decimal128>("1e0", &format!("{nines}e-34"), Some(Ordering::Greater));
    compare::<Decimal128>("inf", &format!("{nines}e6111"), Some(Ordering::Greater));
}

/// Compares with an independent method: both numbers are written as digits, aligned at the same place.
fn written_out(coefficient: u128, exponent: i32, least: i32) -> String {
    let zeros = usize::try_from(exponent - least).unwrap();
    format!("{coefficient}{}", "0".repeat(zeros))
}

fn compares_as_written_out<D: Decimal>() {
    let mut random = Random(3);
    for _ in 0..2000 {
        let (_, coefficient, exponent) = random.finite::<D>();
        // The exponents are close, and the numbers are often equal or adjacent.
        let shift = u32::try_from(random.below(12)).unwrap();
        let near = coefficient.saturating_mul(10u128.pow(shift)).saturating_add(random.below(2));
        let (other, other_exponent) = if near <= D::FORMAT.max_coefficient() {
            (near, exponent - i32::try_from(shift).unwrap())
        } else {
            (random.finite::<D>().1, exponent)
        };
        if coefficient == 0 || other == 0 || other_exponent < D::FORMAT.min_exponent() {
            continue;
        }
        let left = written_out(coefficient, exponent, other_exponent);
        let right = written_out(other, other_exponent, other_exponent);
        let expected = left.len().cmp(&right.len()).then(left.cmp(&right));
        let left = D::from_decimal_parts(false, coefficient, exponent).unwrap();
        let right = D::from_decimal_parts(false, other, other_exponent).unwrap();
        assert_eq!(left.partial_cmp(&right), Some(expected), "{left} {right}");
        assert_eq!(right.partial_cmp(&left), Some(expected.reverse()));
        let left = D::from_decimal_parts(true, coefficient, exponent).unwrap();
        let right = D::from_decimal_parts(true, other, other_exponent).unwrap();
        assert_eq!(left.partial_cmp(&right), Some(expected.reverse()));
    }
}

#[test]
fn comparison_agrees_with_digits_written_out() {
    compares_as_written_out::<Decimal32>();
    compares_as_written_out::<Decimal64>();
    compares_as_written_out::<Decimal128>();
}

fn finite_numbers_survive<D: Decimal>() {
    let mut random = Random(1);
    for _ in 0..5000 {
        let (negative, coefficient, exponent) = random.finite::<D>();
        let decimal = D::from_decimal_parts(negative, coefficient, exponent).unwrap();
        assert_eq!(decimal.into_decimal_parts(), finite(negative, coefficient, exponent));
        let text = decimal.to_string();
        assert_eq!(parse::<D>(&text).bits(), decimal.bits(), "{text}");
    }
}

#[test]
fn canonical_finite_numbers_round_trip_through_text_and_parts() {
    finite_numbers_survive::<Decimal32>();
    finite_numbers_survive::<Decimal64>();
    finite_numbers_survive::<Decimal128>();
}

fn any_bits_survive<D: Decimal>(mask: u128) {
    let mut random = Random(2);
    for turn in 0..20_000 {
        // Half of the patterns are infinities or NaNs, which would be rare otherwise.
        let special = if turn % 2 == 0 { 0 } else { 0x78 << 120 };
        let bits = (random.bits() | special) >> (128 - mask.count_ones());
        let decimal = D::of(bits);
        assert_eq!(decimal.bits(), bits);

        // Parsing the text returns the canonical encoding of the same number.
        let text = decimal.to_string();
        let again = parse::<D>(&text);
        assert_eq!(again.into_decimal_parts(), decimal.into_decimal_parts(), "{text}");
        assert_eq!(again.to_string(), text);
        let same = if text.contains("NaN") { None } else { Some(Ordering::Equal) };
        assert_eq!(again.partial_cmp(&decimal), same, "{text}");
        if let DecimalParts::Finite { coefficient, .. } = decimal.into_decimal_parts()
            && coefficient != 0
        {
            assert_eq!(again.bits(), bits, "{text}");
        }
    }
}

#[test]
fn every_pattern_of_bits_round_trips() {
    any_bits_survive::<Decimal32>(u32::MAX.into());
    any_bits_survive::<Decimal64>(u64::MAX.into());
    any_bits_survive::<Decimal128>(u128::MAX);
}

#[test]
fn no_text_causes_a_panic() {
    let alphabet: [&str; 20] = [
        "0",
        "1",
        "9",
        "00000000",
        "99999999",
        ".",
        "-",
        "+",
        "e",
        "E",
        "inf",
        "inity",
        "nan",
        "s",
        "e-",
        "e99",
        "9999999999999999999",
        " ",
        "\u{20AC}",
        "\0",
    ];
    let mut random = Random(4);
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..random.below(7) {
            let pick = usize::try_from(random.below(20)).unwrap();
            text.push_str(alphabet[pick]);
        }
        // All wider formats can represent the same number.
        if let Ok(narrow) = text.parse::<Decimal32>() {
            let wide: Decimal128 = parse(&text);
            for again in [narrow.to_string(), parse::<Decimal64>(&text).to_string()] {
                let again: Decimal128 = parse(&again);
                assert!(again == wide || narrow.is_nan() && again.is_nan(), "{text}");
            }
        }
    }
}
