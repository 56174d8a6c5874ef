//! The types of fields, as far as their tokens tell.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprLit, GenericArgument, Lit, PathArguments, PathSegment, Type, TypePath};

use crate::faults::Faults;
use crate::item::Item;

/// Types that are known without `use`, and what to use instead.
const IN_PRELUDE: &[(&[&str], &str)] = &[
    (&["usize"], "`u64`, or another integer with a width"),
    (&["isize"], "`i64`, or another integer with a width"),
    (&["u128", "i128"], "`Bytes` for the octets, or `Decimal128`"),
    (&["f16", "f128"], "`f32` or `f64`"),
];

/// Types that are known after a `use`, and what to use instead. A name can also be that of a user's own type.
const IMPORTED: &[(&[&str], &str)] = &[
    (&["HashMap", "BTreeMap"], "`Map<K, V>`"),
    (&["VecDeque", "LinkedList", "HashSet", "BTreeSet"], "`List<T>` or `Array<T>`"),
    (&["Duration"], "`Milliseconds` of `amqp_types::transport`, or a newtype of an integer"),
    (&["SystemTime", "Instant"], "`Timestamp`"),
    (&["Cow"], "`&str` to borrow from the input, or `ByteString` to share it"),
    (&["PathBuf", "Path", "OsString", "CString"], "`String` or `Bytes`"),
];

/// Types around another one that are AMQP types if that one is.
const CONTAINERS: &[&str] = &[
    "Option", "Box", "List", "Array", "Map", "Multiple", "AnyInt", "ListRef", "ArrayRef", "MapRef",
];

const TEXT: &str = "`String`, or `ByteString`, whose clones share the text";
const OCTETS: &str = "`Bytes`, or `&[u8]` to borrow from the input";
const SEQUENCE: &str = "`List<T>`, or `Array<T>` for items that share one constructor";

/// Refuses what is known not to be an AMQP type, anywhere in the type of a field.
pub(crate) fn check(ty: &Type, item: &Item<'_>, faults: &mut Faults) {
    refuse_static(ty, faults);
    check_part(ty, item, faults);
}

fn check_part(ty: &Type, item: &Item<'_>, faults: &mut Faults) {
    match ty {
        Type::Paren(paren) => check_part(&paren.elem, item, faults),
        Type::Group(group) => check_part(&group.elem, item, faults),
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) if !is_octet(&slice.elem) => {
                let instead = "`ListRef<'_, T>` or `ArrayRef<'_, T>` to borrow from the input";
                refuse(ty, instead, faults);
            }
            _ => {}
        },
        Type::Array(array) if is_octet(&array.elem) => {
            let is_uuid = matches!(
                &array.len,
                Expr::Lit(ExprLit { lit: Lit::Int(len), .. }) if len.base10_digits() == "16"
            );
            refuse(
                ty,
                if is_uuid { "`Uuid`, or `Bytes` for other octets" } else { OCTETS },
                faults,
            );
        }
        Type::Array(_) => refuse(ty, SEQUENCE, faults),
        Type::Tuple(tuple) if !tuple.elems.is_empty() => {
            refuse(ty, "a struct that derives `Composite`", faults);
        }
        Type::Path(path) => check_path(ty, path, item, faults),
        _ => {}
    }
}

fn check_path(ty: &Type, path: &TypePath, item: &Item<'_>, faults: &mut Faults) {
    let Some((last, is_bare)) = last_of_standard(path) else {
        // Of another path, it can be any type of this name.
        if path.path.segments.iter().any(|segment| segment.ident == "amqp_types") {
            check_inside(path, item, faults);
        }
        return;
    };
    let is_own = last.ident == *item.ident
        || item.generics.type_params().any(|parameter| parameter.ident == last.ident);
    if is_bare && is_own {
        return;
    }
    let find = |table: &[(&[&str], &'static str)]| {
        let names = |(names, _): &&(&[&str], _)| names.iter().any(|name| last.ident == name);
        table.iter().find(names).map(|(_, instead)| *instead)
    };
    if let Some(instead) = find(IN_PRELUDE) {
        refuse(ty, instead, faults);
    } else if let Some(instead) = find(IMPORTED) {
        let name = &last.ident;
        let hint =
            format!("{instead} (if it is your own type, write its path, such as `self::{name}`)");
        refuse(ty, if is_bare { &hint } else { instead }, faults);
    } else if let Some(item) = inside(ty, "Vec") {
        refuse(ty, if is_octet(item) { OCTETS } else { SEQUENCE }, faults);
    } else if let Some(instead) = ["Box", "Arc", "Rc"].iter().find_map(|of| unsized_inside(ty, of))
    {
        refuse(ty, instead, faults);
    } else if ["Arc", "Rc"].iter().any(|shared| last.ident == shared) {
        refuse(ty, "the type inside it, or a `Box`", faults);
    } else {
        check_inside(path, item, faults);
    }
}

/// Checks the types in a container, and that null can mean only one thing.
fn check_inside(path: &TypePath, item: &Item<'_>, faults: &mut Faults) {
    let Some(last) = path.path.segments.last() else { return };
    if !CONTAINERS.iter().any(|container| last.ident == container) {
        return;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return };
    for argument in &arguments.args {
        let GenericArgument::Type(ty) = argument else { continue };
        if last.ident == "Option" && inside(ty, "Option").is_some() {
            let why = "both options are null on the wire, so that `Some(None)` would be decoded as \
                       `None`: use one `Option`";
            faults.at(path, why);
        } else if last.ident == "Option" && inside(ty, "Multiple").is_some() {
            let why = "a `Multiple` without values is null on the wire, so that it would be decoded \
                       as `None`: use `Multiple` without the `Option`";
            faults.at(path, why);
        }
        check_part(ty, item, faults);
    }
}

/// Returns the type inside options, lists and the like.
pub(crate) fn innermost(ty: &Type) -> &Type {
    let is_simple = |container: &&&str| !container.starts_with("Map");
    let mut containers = CONTAINERS.iter().filter(is_simple);
    containers.find_map(|container| inside(ty, container)).map_or(ty, innermost)
}

/// Returns the last segment of a path that can be one of the standard library, and whether it is all of the path.
fn last_of_standard(path: &TypePath) -> Option<(&PathSegment, bool)> {
    let segments = &path.path.segments;
    let (first, last) = (segments.first()?, segments.last()?);
    // Such as `std::time::Duration`; a path into a module of the user named `core` has fewer segments.
    let is_standard =
        segments.len() > 2 && ["std", "core", "alloc"].iter().any(|krate| first.ident == krate);
    let is_bare = segments.len() == 1;
    (path.qself.is_none() && (is_bare || is_standard)).then_some((last, is_bare))
}

/// Returns what to use instead of a pointer to text or to a slice.
fn unsized_inside(ty: &Type, pointer: &str) -> Option<&'static str> {
    match inside(ty, pointer)? {
        Type::Path(path) if path.path.is_ident("str") => Some(TEXT),
        Type::Slice(slice) if is_octet(&slice.elem) => Some(OCTETS),
        Type::Slice(_) => Some(SEQUENCE),
        _ => None,
    }
}

fn is_octet(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

fn refuse(ty: &Type, instead: &str, faults: &mut Faults) {
    faults.at(ty, format_args!("this is not an AMQP type: use {instead}"));
}

/// Returns the type inside an `Option`, if the type is one.
pub(crate) fn inside_option(ty: &Type) -> Option<&Type> {
    inside(ty, "Option")
}

/// Returns the type inside a `Box<...>` or the like, by any path.
pub(crate) fn inside<'t>(ty: &'t Type, outer: &str) -> Option<&'t Type> {
    let path = match ty {
        // A `$t:ty` of a macro is a group.
        Type::Group(group) => return inside(&group.elem, outer),
        Type::Paren(paren) => return inside(&paren.elem, outer),
        Type::Path(path) => path,
        _ => return None,
    };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == outer => {
            match arguments.args.first()? {
                GenericArgument::Type(inside) => Some(inside),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Refuses `&'static str` and `&'static [u8]` anywhere in a type that is decoded. They would borrow from
/// static input, and the compiler would report that at the derive as a whole.
pub(crate) fn refuse_static(ty: &Type, faults: &mut Faults) {
    refuse_static_in(ty.to_token_stream(), faults);
}

fn refuse_static_in(tokens: TokenStream, faults: &mut Faults) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for part in tokens.windows(4) {
        let [TokenTree::Punct(and), TokenTree::Punct(quote), TokenTree::Ident(lifetime), what] =
            part
        else {
            continue;
        };
        let borrowed = match what {
            TokenTree::Ident(ident) => ident == "str",
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Bracket && group.stream().to_string() == "u8"
            }
            _ => false,
        };
        if and.as_char() == '&' && lifetime == "static" && borrowed {
            let why = "a borrowed value lives as long as the input: give the type a lifetime, and \
                       use it here";
            let lifetime: TokenStream =
                [TokenTree::Punct(quote.clone()), lifetime.clone().into()].into_iter().collect();
            faults.at(lifetime, why);
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            refuse_static_in(group.stream(), faults);
        }
    }
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    use super::*;

    const DOCS: &str = include_str!("../docs/composite.md");

    /// Returns the rows of the table in the docs: types, and what to use instead.
    fn rows() -> Vec<(&'static str, &'static str)> {
        let (_, section) = DOCS.split_once("\n# Types that are not AMQP types\n").unwrap();
        let (section, _) = section.split_once("\n# ").unwrap();
        let row =
            |line: &'static str| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ");
        section.lines().filter_map(row).skip(2).collect()
    }

    /// Returns the message for a field of this type, if the type is refused.
    fn message(ty: &str) -> Option<String> {
        let input: DeriveInput = parse_quote!(
            struct Reading {}
        );
        let mut faults = Faults::default();
        check(&syn::parse_str(ty).unwrap(), &Item::new(&input), &mut faults);
        faults.compile_errors().map(|errors| errors.to_string())
    }

    #[test]
    fn each_type_in_the_docs_is_refused_with_the_words_of_the_docs() {
        let rows = rows();
        assert!(rows.len() > 15, "{rows:?}");
        for (types, instead) in rows {
            // Every second part is between backticks.
            for ty in types.split('`').skip(1).step_by(2) {
                let Some(message) = message(ty) else { panic!("{ty} is not refused") };
                let has_own_message = ty.contains("'static") || ty.starts_with("Option");
                assert!(has_own_message || message.contains(instead), "{ty}: {message}");
            }
        }
    }

    #[test]
    fn each_name_that_is_refused_is_in_the_docs() {
        for (names, instead) in IN_PRELUDE.iter().chain(IMPORTED) {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            assert!(rows().contains(&(&names.join(", "), instead)), "{names:?}");
        }
    }
}
