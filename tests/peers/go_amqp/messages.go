package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/Azure/go-amqp"
)

// The messages of the cases. The library has no type char.
func messages() []*amqp.Message {
	values := []struct {
		name  string
		value any
	}{
		{"null", amqp.Null{}},
		{"true", true},
		{"ubyte", uint8(math.MaxUint8)},
		{"ushort", uint16(math.MaxUint16)},
		{"uint", uint32(math.MaxUint32)},
		{"ulong", uint64(math.MaxUint64)},
		{"byte", int8(math.MinInt8)},
		{"short", int16(math.MinInt16)},
		{"int", int32(math.MinInt32)},
		{"long", int64(math.MinInt64)},
		{"float", float32(1.5)},
		{"double", -0.25},
		{"timestamp", time.UnixMilli(1_700_000_000_123)},
		{"uuid", amqp.UUID(bytes.Repeat([]byte{7}, 16))},
		{"binary", []byte{0, 0xff}},
		{"string", "grüße"},
		{"long string", strings.Repeat("x", 300)},
		{"symbol", amqp.Symbol("red")},
		{"list", []any{int32(1), nil, "two"}},
		{"map", map[string]any{"one": int32(1), "inner": map[string]any{"two": true}}},
		{"array", []int32{1, 300}},
	}
	var all []*amqp.Message
	for _, it := range values {
		all = append(all, &amqp.Message{Properties: subject(it.name), Value: it.value})
	}
	full := subject("full")
	full.MessageID = "id"
	full.ReplyTo = pointer("reply")
	full.CorrelationID = "correlation"
	full.ContentType = pointer("text/plain")
	full.GroupID = pointer("group")
	return append(all,
		&amqp.Message{Properties: subject("data"), Data: [][]byte{[]byte("\x00octets\xff")}},
		&amqp.Message{Properties: subject("empty data"), Data: [][]byte{{}}},
		&amqp.Message{Properties: subject("sequence"), Sequence: [][]any{{int32(1), "two", nil}}},
		&amqp.Message{Properties: full, Value: "body", ApplicationProperties: map[string]any{
			"string": "text", "int": int32(7), "long": int64(math.MinInt64), "double": 2.5, "boolean": true,
		}},
	)
}

func numbered(number int) *amqp.Message {
	text := fmt.Sprint(number)
	return &amqp.Message{Properties: subject(text), Data: [][]byte{[]byte(text)}}
}

func pattern(size int) []byte {
	octets := make([]byte, size)
	for index := range octets {
		octets[index] = byte(index % 251)
	}
	return octets
}

func subject(name string) *amqp.MessageProperties {
	return &amqp.MessageProperties{Subject: &name}
}

func pointer[T any](value T) *T { return &value }

// What the library gives to its user, as text in the notation of the tests.

func show(value any) string {
	switch it := value.(type) {
	case nil, amqp.Null:
		return "null"
	case bool:
		return fmt.Sprint("boolean ", it)
	case uint8:
		return fmt.Sprint("ubyte ", it)
	case uint16:
		return fmt.Sprint("ushort ", it)
	case uint32:
		return fmt.Sprint("uint ", it)
	case uint64:
		return fmt.Sprint("ulong ", it)
	case int8:
		return fmt.Sprint("byte ", it)
	case int16:
		return fmt.Sprint("short ", it)
	case int32:
		return fmt.Sprint("int ", it)
	case int64:
		return fmt.Sprint("long ", it)
	case float32:
		return fmt.Sprint("float ", it)
	case float64:
		return fmt.Sprint("double ", it)
	case time.Time:
		return fmt.Sprint("timestamp ", it.UnixMilli())
	case amqp.UUID:
		return "uuid " + hex.EncodeToString(it[:])
	case []byte:
		return "binary " + hex.EncodeToString(it)
	case string:
		return "string " + it
	case amqp.Symbol:
		return "symbol " + string(it)
	case []any:
		return "list " + showList(it)
	case []int32:
		return "array " + showList(it)
	case map[string]any:
		return "map " + showMap(it, "string ")
	}
	return fmt.Sprintf("%T", value)
}

func showList[T any](values []T) string {
	var texts []string
	for _, it := range values {
		texts = append(texts, show(it))
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func showMap(entries map[string]any, before string) string {
	var texts []string
	for key, it := range entries {
		texts = append(texts, before+key+": "+show(it))
	}
	sort.Strings(texts)
	return "{" + strings.Join(texts, ", ") + "}"
}

func showMessage(it *amqp.Message) string {
	text := *it.Properties.Subject
	switch {
	case it.Data != nil:
		text += " data " + hex.EncodeToString(it.GetData())
	case it.Sequence != nil:
		text += " sequence " + showList(it.Sequence[0])
	default:
		text += " value " + show(it.Value)
	}
	if it.Properties.MessageID != nil {
		text += " message-id=" + show(it.Properties.MessageID)
	}
	if it.Properties.CorrelationID != nil {
		text += " correlation-id=" + show(it.Properties.CorrelationID)
	}
	for _, field := range []struct {
		name  string
		value *string
	}{
		{"reply-to", it.Properties.ReplyTo},
		{"group-id", it.Properties.GroupID},
		{"content-type", it.Properties.ContentType},
	} {
		if field.value != nil {
			text += " " + field.name + "=" + *field.value
		}
	}
	if len(it.ApplicationProperties) > 0 {
		text += " " + showMap(it.ApplicationProperties, "")
	}
	return text
}

func showError(it *amqp.Error) string {
	if it == nil {
		return "without an error"
	}
	text := string(it.Condition) + " " + it.Description
	if len(it.Info) > 0 {
		text += " " + showMap(it.Info, "")
	}
	return text
}

func showState(state amqp.DeliveryState) string {
	switch it := state.(type) {
	case *amqp.StateAccepted:
		return "accepted"
	case *amqp.StateRejected:
		return "rejected " + showError(it.Error)
	case *amqp.StateReleased:
		return "released"
	case *amqp.StateModified:
		annotations := map[string]any{}
		for key, value := range it.MessageAnnotations {
			annotations[fmt.Sprint(key)] = value
		}
		return fmt.Sprintf("modified failed=%v undeliverable=%v %s",
			it.DeliveryFailed, it.UndeliverableHere, showMap(annotations, ""))
	}
	return fmt.Sprintf("%T", state)
}
