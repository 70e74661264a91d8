// slow-link is a cable between two network namespaces that carries so many Mbit/s each way and takes so many
// milliseconds each way. Both ends are tap devices that are there already. It runs until it is ended.
//
//	slow-link NAMESPACE DEVICE NAMESPACE DEVICE MBIT MILLISECONDS
//
// A frame leaves when the line has carried all frames before it and itself, and arrives a delay later. Frames for
// which more than queueBytes wait are lost, as in a switch.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

const (
	queueBytes = 512 * 1024
	frameBytes = 2048
	setTap     = 0x400454ca // TUNSETIFF
	tap        = 0x0002     // IFF_TAP
	bare       = 0x1000     // IFF_NO_PI
)

type frame struct {
	bytes   []byte
	arrives time.Time
}

func main() {
	if len(os.Args) != 7 {
		fail("usage: slow-link NAMESPACE DEVICE NAMESPACE DEVICE MBIT MILLISECONDS")
	}
	mbit, err := strconv.ParseFloat(os.Args[5], 64)
	if err != nil || mbit <= 0 {
		fail("not a rate in Mbit/s: " + os.Args[5])
	}
	milliseconds, err := strconv.ParseFloat(os.Args[6], 64)
	if err != nil || milliseconds < 0 {
		fail("not a delay in milliseconds: " + os.Args[6])
	}
	delay := time.Duration(milliseconds * float64(time.Millisecond))
	one, other := open(os.Args[1], os.Args[2]), open(os.Args[3], os.Args[4])
	go carry(one, other, mbit, delay)
	carry(other, one, mbit, delay)
}

func carry(from, to *os.File, mbit float64, delay time.Duration) {
	perByte := float64(8*time.Microsecond) / mbit
	line := make(chan frame, queueBytes/64)
	go func() {
		for f := range line {
			time.Sleep(time.Until(f.arrives))
			// A device that is down refuses; so does a cut cable.
			_, _ = to.Write(f.bytes)
		}
	}()
	free := time.Now()
	buffer := make([]byte, frameBytes)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		now := time.Now()
		if free.Before(now) {
			free = now
		}
		if float64(free.Sub(now)) > queueBytes*perByte {
			continue
		}
		free = free.Add(time.Duration(float64(n) * perByte))
		select {
		case line <- frame{append([]byte(nil), buffer[:n]...), free.Add(delay)}:
		default:
		}
	}
}

// open gives the frames that leave through a tap device of a named network namespace.
func open(namespace, device string) *os.File {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	own, err := os.Open("/proc/thread-self/ns/net")
	must(err)
	other, err := os.Open("/run/netns/" + namespace)
	must(err)
	enter(other)
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_NONBLOCK, 0)
	must(err)
	var request [40]byte
	copy(request[:15], device)
	*(*uint16)(unsafe.Pointer(&request[16])) = tap | bare
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), setTap, uintptr(unsafe.Pointer(&request[0]))); errno != 0 {
		fail(fmt.Sprintf("%s in %s: %v", device, namespace, errno))
	}
	enter(own)
	must(own.Close())
	must(other.Close())
	return os.NewFile(uintptr(fd), device)
}

func enter(namespace *os.File) {
	const setns = 308 // of x86-64
	if _, _, errno := syscall.Syscall(setns, namespace.Fd(), syscall.CLONE_NEWNET, 0); errno != 0 {
		fail(fmt.Sprintf("%s: %v", namespace.Name(), errno))
	}
}

func must(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, "slow-link: "+why)
	os.Exit(1)
}
