// Command gosumdb serves a checksum database with Go's own server, sumdb.Server: a log in the layout
// that came before tlog-tiles.
//
// It prints the verifier key and the address. For each number that it reads it adds so many records,
// and answers "ok"; it ends with its input.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	signer, vkey, err := note.GenerateKey(nil, "sum.example")
	if err != nil {
		return err
	}
	database := sumdb.NewTestServer(signer, lines)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := sumdb.NewServer(database)
	for _, path := range sumdb.ServerPaths {
		http.Handle(path, server)
	}
	go http.Serve(listener, nil)
	fmt.Printf("%s http://%s\n", vkey, listener.Addr())
	input, size := bufio.NewScanner(os.Stdin), 0
	for input.Scan() {
		count, err := strconv.Atoi(input.Text())
		if err != nil {
			return err
		}
		for end := size + count; size < end; size++ {
			version := module.Version{Path: fmt.Sprintf("example.org/m%d", size), Version: "v1.0.0"}
			if _, err := database.Lookup(context.Background(), version); err != nil {
				return err
			}
		}
		fmt.Println("ok")
	}
	return input.Err()
}

// lines returns what go.sum has for a module.
func lines(path, version string) ([]byte, error) {
	const hash = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	return []byte(fmt.Sprintf("%s %s %s\n%s %s/go.mod %s\n", path, version, hash, path, version, hash)), nil
}
