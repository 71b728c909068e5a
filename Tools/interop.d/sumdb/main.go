// Command sumdb checks a ledger with Go's sumdb/note and sumdb/tlog.
//
// Usage: sumdb URL VKEY
//
// The checkpoint is opened with note.Open, tiles are fetched and authenticated by
// tlog.TileHashReader, and every entry, proof and older size is checked by tlog.
package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// height is that of tlog-tiles: 256 hashes in a tile.
const height = 8

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sumdb URL VKEY")
		os.Exit(2)
	}
	ledger := &ledger{url: os.Args[1], vkey: os.Args[2]}
	checks := []struct {
		name string
		run  func() error
	}{
		{"note opens the checkpoint", ledger.open},
		{"note refuses an altered checkpoint", ledger.refuseAltered},
		{"note refuses another key", ledger.refuseOtherKey},
		{"tlog authenticates every tile", ledger.readTiles},
		{"tlog finds every entry under the root", ledger.checkRecords},
		{"tlog agrees with every inclusion path", ledger.checkProofs},
		{"tlog agrees with the consistency paths", ledger.checkConsistency},
		{"partial tiles are prefixes of each other", ledger.checkPartials},
	}
	failed := false
	for _, check := range checks {
		if err := check.run(); err != nil {
			failed = true
			fmt.Printf("not ok sumdb: %s: %v\n", check.name, err)
		} else {
			fmt.Printf("ok sumdb: %s\n", check.name)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// A ledger is what is known of the log: its checkpoint, tiles and leaves.
type ledger struct {
	url, vkey string
	note      []byte
	tree      tlog.Tree
	leaves    [][]byte
	reader    tlog.HashReader
}

func (l *ledger) get(path string) ([]byte, error) {
	answer, err := http.Get(l.url + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("GET %s: %s", path, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, 64<<20))
}

func (l *ledger) open() error {
	data, err := l.get("/checkpoint")
	if err != nil {
		return err
	}
	l.note = data
	l.tree, err = l.parse(data)
	if err == nil {
		l.reader = tlog.TileHashReader(l.tree, l)
	}
	return err
}

// parse opens a note and reads origin, size and root. tlog.ParseTree reads only Go's own
// "go.sum database tree", so the three lines are read here.
func (l *ledger) parse(data []byte) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(l.vkey)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tree, fmt.Errorf("not three lines that begin with the origin: %q", opened.Text)
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, errors.New("the root is not 32 bytes")
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// refuseAltered changes each byte in turn. One is left out: the last base64 digit before "=" has
// two bits that Go's decoder does not look at (ours does).
func (l *ledger) refuseAltered() error {
	for position := range l.note {
		if position == len(l.note)-len("?=\n") {
			continue
		}
		altered := append([]byte(nil), l.note...)
		altered[position] ^= 1
		if _, err := l.parse(altered); err == nil {
			return fmt.Errorf("byte %d changed and still believed", position)
		}
	}
	return nil
}

func (l *ledger) refuseOtherKey() error {
	verifier, err := note.NewVerifier(l.vkey)
	if err != nil {
		return err
	}
	_, vkey, err := note.GenerateKey(nil, verifier.Name())
	if err != nil {
		return err
	}
	other := &ledger{vkey: vkey}
	if _, err := other.parse(l.note); err == nil {
		return errors.New("believed under a key that did not sign it")
	}
	return nil
}

// Height, ReadTiles and SaveTiles make ledger a tlog.TileReader.
func (l *ledger) Height() int { return height }

func (l *ledger) SaveTiles([]tlog.Tile, [][]byte) {}

func (l *ledger) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		// Go writes tile/8/L/N, tlog-tiles tile/L/N.
		path := "/tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
		body, err := l.get(path)
		if err != nil {
			return nil, err
		}
		data = append(data, body)
	}
	return data, nil
}

func (l *ledger) readTiles() error {
	if l.tree.N <= 256 {
		return fmt.Errorf("%d entries do not fill a tile", l.tree.N)
	}
	root, err := tlog.TreeHash(l.tree.N, l.reader)
	if err == nil && root != l.tree.Hash {
		err = errors.New("the tiles lead to another root")
	}
	return err
}

// readLeaves fetches the entry bundles: two bytes of length before each entry.
func (l *ledger) readLeaves() error {
	for int64(len(l.leaves)) < l.tree.N {
		tile := tlog.Tile{H: height, L: 0, N: int64(len(l.leaves)) / 256, W: 256}
		if rest := l.tree.N - int64(len(l.leaves)); rest < 256 {
			tile.W = int(rest)
		}
		data, err := l.get("/tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/"))
		if err != nil {
			return err
		}
		for count := 0; count < tile.W; count++ {
			if len(data) < 2 || len(data) < 2+int(data[0])<<8+int(data[1]) {
				return errors.New("a bundle ends too early")
			}
			length := int(data[0])<<8 + int(data[1])
			l.leaves = append(l.leaves, data[2:2+length])
			data = data[2+length:]
		}
		if len(data) > 0 {
			return errors.New("bytes are left in a bundle")
		}
	}
	return nil
}

func (l *ledger) checkRecords() error {
	if err := l.readLeaves(); err != nil {
		return err
	}
	for index, leaf := range l.leaves {
		proof, err := tlog.ProveRecord(l.tree.N, int64(index), l.reader)
		if err != nil {
			return err
		}
		err = tlog.CheckRecord(proof, l.tree.N, l.tree.Hash, int64(index), tlog.RecordHash(leaf))
		if err != nil {
			return fmt.Errorf("entry %d: %v", index, err)
		}
	}
	return nil
}

// checkProofs compares the ledger's own tlog-proofs with those made from the tiles.
func (l *ledger) checkProofs() error {
	for index, leaf := range l.leaves {
		id := hashText(leaf)
		text, err := l.get("/entries/" + id + "/tlog-proof")
		if err != nil {
			return err
		}
		proof, tree, err := l.parseProof(text, index)
		if err != nil {
			return fmt.Errorf("entry %d: %v", index, err)
		}
		err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), tlog.RecordHash(leaf))
		if err != nil {
			return fmt.Errorf("entry %d: %v", index, err)
		}
	}
	return nil
}

func (l *ledger) parseProof(text []byte, index int) (tlog.RecordProof, tlog.Tree, error) {
	head, signed, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		lines[1] != fmt.Sprintf("index %d", index) {
		return nil, tlog.Tree{}, errors.New("not a tlog-proof of this index")
	}
	proof, err := parseHashes(lines[2:])
	if err != nil {
		return nil, tlog.Tree{}, err
	}
	tree, err := l.parse([]byte(signed))
	return tlog.RecordProof(proof), tree, err
}

func (l *ledger) checkConsistency() error {
	for old := int64(1); old < l.tree.N; old += 5 {
		text, err := l.get(fmt.Sprintf("/consistency?from=%d&to=%d", old, l.tree.N))
		if err != nil {
			return err
		}
		path, err := parseHashes(strings.Fields(string(text)))
		if err != nil {
			return err
		}
		root, err := tlog.TreeHash(old, l.reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(tlog.TreeProof(path), l.tree.N, l.tree.Hash, old, root); err != nil {
			return fmt.Errorf("from %d: %v", old, err)
		}
	}
	return nil
}

func (l *ledger) checkPartials() error {
	last := l.tree.N % 256
	path := func(width int64) string {
		tile := tlog.Tile{H: height, L: 0, N: l.tree.N / 256, W: int(width)}
		return "/tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
	}
	longest, err := l.get(path(last))
	if err != nil {
		return err
	}
	for width := int64(1); width < last; width += 3 {
		data, err := l.get(path(width))
		if err != nil {
			return err
		}
		if string(data) != string(longest[:width*tlog.HashSize]) {
			return fmt.Errorf("width %d is not a prefix", width)
		}
	}
	return nil
}
