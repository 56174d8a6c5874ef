// go-amqp as a client of a test server, or of a broker: runs cases, each over a connection of its own.
//
//	cases CASE=HOST:PORT...
//
// The name of the case is that of the container, which tells the server what to do. Prints lines
// `CASE: WHAT WAS SEEN`.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/go-amqp"
)

const (
	limit     = 15 * time.Second
	heartbeat = 2 * time.Second
)

// A case and its connection. What goes wrong is a panic, which ends the case.
type run struct {
	name, address string
	ctx           context.Context
	conn          *amqp.Conn
	session       *amqp.Session
}

func (r *run) see(format string, values ...any) {
	fmt.Printf("%s: %s\n", r.name, fmt.Sprintf(format, values...))
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func (r *run) dial(change func(*amqp.ConnOptions)) error {
	options := &amqp.ConnOptions{
		ContainerID: r.name,
		SASLType:    amqp.SASLTypeAnonymous(),
		Properties:  map[string]any{"product": "go-amqp"},
	}
	if change != nil {
		change(options)
	}
	conn, err := amqp.Dial(r.ctx, "amqp://"+r.address, options)
	r.conn = conn
	return err
}

func (r *run) connect(change func(*amqp.ConnOptions)) {
	check(r.dial(change))
	r.session = must(r.conn.NewSession(r.ctx, nil))
}

func (r *run) sender(node string, options *amqp.SenderOptions) *amqp.Sender {
	return must(r.session.NewSender(r.ctx, node, options))
}

func (r *run) receiver(node string, credit int32, options amqp.ReceiverOptions) *amqp.Receiver {
	options.Credit = credit
	return must(r.session.NewReceiver(r.ctx, node, &options))
}

func (r *run) send(sender *amqp.Sender, message *amqp.Message) amqp.DeliveryState {
	receipt := must(sender.SendWithReceipt(r.ctx, message, nil))
	return must(receipt.Wait(r.ctx))
}

func (r *run) receive(receiver *amqp.Receiver) *amqp.Message {
	return must(receiver.Receive(r.ctx, nil))
}

func (r *run) accept(receiver *amqp.Receiver, message *amqp.Message) {
	check(receiver.AcceptMessage(r.ctx, message))
}

func opened(change func(*amqp.ConnOptions)) func(*run) {
	return func(r *run) {
		r.connect(change)
		// The library does not tell the name of the server's container.
		r.see("%v", r.conn.Properties()["product"])
	}
}

func plain(password string) func(*run) {
	return opened(func(options *amqp.ConnOptions) {
		options.SASLType = amqp.SASLTypePlain("alice", password)
	})
}

// Sees the error with which the server closes the connection, which may come after its open.
func notOpened(r *run) {
	if err := r.dial(nil); err != nil {
		panic(err)
	}
	<-r.conn.Done()
	panic(r.conn.Err())
}

func messagesSent(r *run) {
	r.connect(nil)
	sender := r.sender("checked", nil)
	for _, message := range messages() {
		r.see("%s %s", *message.Properties.Subject, showState(r.send(sender, message)))
	}
}

func messagesReceived(r *run) {
	r.connect(nil)
	receiver := r.receiver("messages/char", 5, amqp.ReceiverOptions{})
	for range messages() {
		message := r.receive(receiver)
		r.see("%s", showMessage(message))
		r.accept(receiver, message)
	}
}

func sizes(r *run) {
	size := must(strconv.ParseUint(strings.TrimPrefix(r.name, "sizes-"), 10, 32))
	r.connect(func(options *amqp.ConnOptions) { options.MaxFrameSize = uint32(size) })
	sender := r.sender("sizes", nil)
	for _, size := range []int{0, 1, 100 << 10, 10 << 20} {
		r.send(sender, amqp.NewMessage(pattern(size)))
	}
	receiver := r.receiver(fmt.Sprintf("sizes/%d", 10<<20), 4, amqp.ReceiverOptions{})
	for range 4 {
		message := r.receive(receiver)
		data := message.GetData()
		right := map[bool]string{true: "right", false: "wrong"}[bytes.Equal(data, pattern(len(data)))]
		r.see("%d %s", len(data), right)
		r.accept(receiver, message)
	}
}

func outcomesSent(r *run) {
	r.connect(nil)
	sender := r.sender("outcomes", nil)
	for number := 1; number <= 4; number++ {
		r.see("%d %s", number, showState(r.send(sender, numbered(number))))
	}
}

func outcomesReceived(r *run) {
	r.connect(nil)
	receiver := r.receiver("four", 1, amqp.ReceiverOptions{})
	for number := 1; number <= 4; number++ {
		message := r.receive(receiver)
		r.see("%s", showMessage(message))
		switch number {
		case 1:
			r.accept(receiver, message)
		case 2:
			check(receiver.RejectMessage(r.ctx, message, &amqp.Error{
				Condition: "amqp:invalid-field", Description: "no such item",
			}))
		case 3:
			check(receiver.ReleaseMessage(r.ctx, message))
		default:
			check(receiver.ModifyMessage(r.ctx, message, &amqp.ModifyMessageOptions{
				DeliveryFailed: true, UndeliverableHere: true,
				Annotations: amqp.Annotations{"x-opt-why": "tired"},
			}))
		}
	}
}

func settledSent(r *run) {
	r.connect(nil)
	// The link is of mixed mode, and the messages are settled.
	sender := r.sender("checked", nil)
	for number := 1; number <= 2; number++ {
		check(sender.Send(r.ctx, numbered(number), &amqp.SendOptions{Settled: true}))
	}
}

func settledReceived(r *run) {
	r.connect(nil)
	receiver := r.receiver("settled", 2, amqp.ReceiverOptions{
		RequestedSenderSettleMode: amqp.SenderSettleModeSettled.Ptr(),
	})
	for range 2 {
		// The library does not tell whether a message is settled.
		r.see("%s", showMessage(r.receive(receiver)))
	}
}

func secondSent(r *run) {
	r.connect(nil)
	sender := r.sender("checked", &amqp.SenderOptions{
		RequestedReceiverSettleMode: amqp.ReceiverSettleModeSecond.Ptr(),
	})
	r.see("%s", showState(r.send(sender, numbered(1))))
}

func secondReceived(r *run) {
	r.connect(nil)
	receiver := r.receiver("four", 4, amqp.ReceiverOptions{
		SettlementMode: amqp.ReceiverSettleModeSecond.Ptr(),
	})
	for range 4 {
		message := r.receive(receiver)
		// Waits until the sender has settled.
		r.accept(receiver, message)
		r.see("%s settled by the sender", showMessage(message))
	}
}

func creditGranted(r *run) {
	r.connect(nil)
	receiver := r.receiver("ten", -1, amqp.ReceiverOptions{})
	check(receiver.IssueCredit(3))
	for number := 1; number <= 10; number++ {
		if number == 4 {
			check(receiver.IssueCredit(7))
		}
		message := r.receive(receiver)
		r.see("%s", *message.Properties.Subject)
		r.accept(receiver, message)
	}
}

func creditAwaited(r *run) {
	r.connect(nil)
	sender := r.sender("slow", nil)
	for number := 1; number <= 5; number++ {
		r.send(sender, numbered(number))
	}
	r.see("5 sent")
}

func drained(r *run) {
	r.connect(nil)
	receiver := r.receiver("three", -1, amqp.ReceiverOptions{})
	check(receiver.IssueCredit(10))
	// The library forgets credit that it has not sent when it drains.
	message := r.receive(receiver)
	check(receiver.DrainCredit(r.ctx, nil))
	for ; message != nil; message = receiver.Prefetched() {
		r.see("%s", *message.Properties.Subject)
		r.accept(receiver, message)
	}
	// This drain is sent with a credit of 0, and its answer awaited.
	check(receiver.DrainCredit(r.ctx, nil))
	r.see("drained, credit 0")
}

func missingSender(r *run) {
	r.connect(nil)
	r.sender("missing", nil)
}

func missingReceiver(r *run) {
	r.connect(nil)
	r.receiver("missing", 1, amqp.ReceiverOptions{})
}

func heartbeats(r *run) {
	r.connect(func(options *amqp.ConnOptions) { options.IdleTimeout = heartbeat })
	sender := r.sender("checked", nil)
	r.send(sender, numbered(1))
	// Only heartbeats come and go.
	select {
	case <-r.conn.Done():
	case <-time.After(3 * heartbeat):
	}
	r.see("%s", showState(r.send(sender, numbered(2))))
}

func endedWhileSending(r *run) {
	node, _, _ := strings.Cut(r.name, "-")
	r.connect(nil)
	sender := r.sender(node, nil)
	for number := 1; ; number++ {
		r.send(sender, numbered(number))
		if node != "stops" {
			r.see("%d sent", number)
		}
	}
}

func endedWhileReceiving(r *run) {
	node, _, _ := strings.Cut(r.name, "-")
	r.connect(nil)
	receiver := r.receiver(node, 10, amqp.ReceiverOptions{})
	for {
		message := r.receive(receiver)
		if node != "stops" {
			r.see("%s received", *message.Properties.Subject)
		}
		r.accept(receiver, message)
	}
}

func hurried(r *run) {
	r.connect(nil)
	sender := r.sender("hurried", nil)
	var receipts []amqp.SendReceipt
	for number := 1; number <= 50; number++ {
		receipts = append(receipts, must(sender.SendWithReceipt(r.ctx, numbered(number), nil)))
	}
	accepted := 0
	for _, receipt := range receipts {
		if _, is := must(receipt.Wait(r.ctx)).(*amqp.StateAccepted); is {
			accepted++
		}
	}
	r.see("%d accepted", accepted)
}

func requested(r *run) {
	r.connect(nil)
	responses := r.receiver("", 1, amqp.ReceiverOptions{DynamicAddress: true})
	requests := r.receiver("requests", 1, amqp.ReceiverOptions{})
	request := numbered(1)
	request.Properties.ReplyTo = pointer(responses.Address())
	r.send(r.sender("requests", nil), request)
	message := r.receive(requests)
	r.see("request %s", *message.Properties.Subject)
	r.send(r.sender(*message.Properties.ReplyTo, nil), numbered(1))
	r.accept(requests, message)
	message = r.receive(responses)
	r.see("response %s", *message.Properties.Subject)
	r.accept(responses, message)
}

func copied(r *run) {
	r.connect(nil)
	first := r.receiver("topic/news", 2, amqp.ReceiverOptions{})
	second := r.receiver("topic/news", 2, amqp.ReceiverOptions{})
	sender := r.sender("topic/news", nil)
	for number := 1; number <= 2; number++ {
		r.send(sender, numbered(number))
	}
	see := func(name string, receiver *amqp.Receiver) {
		for range 2 {
			message := r.receive(receiver)
			r.see("%s %s", name, *message.Properties.Subject)
			r.accept(receiver, message)
		}
	}
	see("first", first)
	see("second", second)
}

func selected(r *run) {
	r.connect(nil)
	receiver := r.receiver("three", 3, amqp.ReceiverOptions{
		Filters: []amqp.LinkFilter{amqp.NewSelectorFilter("colour = 'red'")},
	})
	for range 3 {
		r.see("%s", *r.receive(receiver).Properties.Subject)
	}
}

func relayed(r *run) {
	r.connect(nil)
	sender := r.sender("", nil)
	for index, address := range []string{"here", "there"} {
		message := numbered(index + 1)
		message.Properties.To = &address
		r.see("%d %s", index+1, showState(r.send(sender, message)))
	}
}

var cases = map[string]func(*run){
	"anonymous":           opened(nil),
	"plain":               plain("secret"),
	"wrong-password":      plain("wrong"),
	"refused":             notOpened,
	"redirected":          notOpened,
	"messages-sent":       messagesSent,
	"messages-received":   messagesReceived,
	"sizes-512":           sizes,
	"sizes-4096":          sizes,
	"sizes-1048576":       sizes,
	"outcomes-sent":       outcomesSent,
	"outcomes-received":   outcomesReceived,
	"settled-sent":        settledSent,
	"settled-received":    settledReceived,
	"second-sent":         secondSent,
	"second-received":     secondReceived,
	"credit-granted":      creditGranted,
	"credit-awaited":      creditAwaited,
	"drained":             drained,
	"missing-sender":      missingSender,
	"missing-receiver":    missingReceiver,
	"heartbeats":          heartbeats,
	"link-sent":           endedWhileSending,
	"link-received":       endedWhileReceiving,
	"connection-sent":     endedWhileSending,
	"connection-received": endedWhileReceiving,
	"stops-sent":          endedWhileSending,
	"stops-received":      endedWhileReceiving,
	"hurried":             hurried,
	"requested":           requested,
	"copied":              copied,
	"relayed":             relayed,
	"selected":            selected,
}

// Sees an error, or what the peer has said.
func (r *run) seeEnd(problem any) {
	err, isError := problem.(error)
	var remote *amqp.Error
	switch {
	case isError && errors.As(err, &remote):
		r.see("%s", showError(remote))
	default:
		r.see("lost: %v", problem)
	}
}

func (r *run) run() {
	defer func() {
		if problem := recover(); problem != nil {
			r.seeEnd(problem)
		}
		if r.conn != nil {
			_ = r.conn.Close() // the case has said how the connection ended
		}
	}()
	cases[r.name](r)
}

func main() {
	for _, argument := range os.Args[1:] {
		name, address, _ := strings.Cut(argument, "=")
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		(&run{name: name, address: address, ctx: ctx}).run()
		cancel()
	}
}
