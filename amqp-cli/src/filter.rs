//! Filters of a source on the command line.

use amqp_types::extension::filter::{SelectorFilter, SqlFilter};
use amqp_types::messaging::FilterSet;
use amqp_types::value::DescribedValue;
use amqp_types::{Symbol, Value};

use crate::assignment::Assignment;

/// A filter and its name in the set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter {
    name: Symbol,
    filter: DescribedValue,
}

impl Filter {
    /// Returns whether it is the SQL of RabbitMQ.
    pub(crate) fn is_sql(&self) -> bool {
        self.name.as_str() == SQL
    }
}

/// The name that RabbitMQ wants for a filter by SQL.
const SQL: &str = "sql-filter";

/// Parses `NAME=SELECTOR`.
pub(crate) fn parse(text: &str) -> Result<Filter, String> {
    const EXAMPLE: &str = "such as selector=\"colour = 'green'\"";
    let (name, selector) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| format!("it must be NAME=SELECTOR, {EXAMPLE}"))?;
    let encoded = match name {
        // The names that RabbitMQ wants. Other brokers look at the descriptor only.
        "selector" => described("jms-selector", &SelectorFilter(selector.into())),
        "sql" => described(SQL, &SqlFilter(selector.into())),
        _ => return by_symbol(text),
    };
    encoded.ok_or_else(|| format!("the filter cannot be encoded, {EXAMPLE}"))
}

fn described(name: &'static str, filter: &impl amqp_types::Encode) -> Option<Filter> {
    let filter = Value::from_encode(filter).and_then(|value| value.to_type()).ok()?;
    Some(Filter { name: Symbol::from_static(name), filter })
}

/// Parses a filter whose descriptor is a symbol. Its value is one in JSON, or has the type that it looks like.
fn by_symbol(text: &str) -> Result<Filter, String> {
    let Assignment { name, value } =
        text.parse().map_err(|error: crate::assignment::AssignmentError| error.to_string())?;
    let name = Symbol::try_from(&*name).map_err(|_| {
        format!(
            "the name {name:?} is not in ASCII; it is selector, sql or the symbol of a filter, such as \
             apache.org:selector-filter:string"
        )
    })?;
    let value = match value {
        Value::String(json) if json.starts_with('{') => serde_json::from_str(&json)
            .map_err(|error| format!("the value of {name} is not one in JSON: {error}"))?,
        other => other,
    };
    let filter = DescribedValue { descriptor: Value::Symbol(name.clone()), value };
    Ok(Filter { name, filter })
}

/// Returns the set of these filters, or `None` if there are none.
pub(crate) fn set(filters: &[Filter]) -> Result<Option<FilterSet>, String> {
    let mut set = FilterSet::default();
    for Filter { name, filter } in filters {
        if set.insert(name.clone(), Some(filter.clone())).is_some() {
            return Err(format!("there are two filters with the name {name}"));
        }
    }
    Ok((!filters.is_empty()).then_some(set))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_filters_and_symbols() {
        let filters =
            ["selector=a = 'b'", "sql=a LIKE 'b%'", "x:y=first", "x:n=5", r#"x:j={"uint":1}"#]
                .map(|text| parse(text).unwrap());
        let set = set(&filters).unwrap().unwrap();
        assert_eq!(set.find::<SelectorFilter>().unwrap().unwrap().0, "a = 'b'");
        assert_eq!(set.find::<SqlFilter>().unwrap().unwrap().0, "a LIKE 'b%'");
        let names: Vec<_> = set.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["jms-selector", "sql-filter", "x:y", "x:n", "x:j"]);
        for (name, value) in
            [("x:y", Value::from("first")), ("x:n", Value::Long(5)), ("x:j", Value::Uint(1))]
        {
            let symbol = Symbol::try_from(name).unwrap();
            let filter = set.get(&symbol).unwrap().clone().unwrap();
            assert_eq!(filter, DescribedValue { descriptor: Value::Symbol(symbol), value });
        }
    }

    #[test]
    fn mistakes() {
        for (text, says) in [
            ("colour", "selector="),
            ("=a", "selector="),
            ("f\u{e4}rbe=a", "ASCII"),
            ("x:y={\"uint\":-1}", "not one in JSON"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
        let twice = ["sql=a", "sql=b"].map(|text| parse(text).unwrap());
        assert!(set(&twice).unwrap_err().contains("two filters"));
    }
}
