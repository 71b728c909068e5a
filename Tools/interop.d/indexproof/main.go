// Command indexproof judges the proofs of Schemas/index/vectors.json by the page alone,
// Schemas/index.md §1 to §5.
//
// Usage: indexproof FILE
//
// It shares no code with the reader in Python: the tree of a list is gone through from its root.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"strconv"
)

// bits is bytes that JSON has as hexadecimal digits.
type bits []byte

func (bits *bits) UnmarshalJSON(text []byte) error {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	var err error
	*bits, err = hex.DecodeString(digits)
	return err
}

type vectors struct {
	Names []struct {
		Kind  uint64
		Value bits
		Key   bits
	}
	Maps []struct {
		Name string
		Size uint64
		Root bits
	}
	Proofs []proofVector
}

type proofVector struct {
	Name, Map, Verdict string
	Proof              bits
	Count              uint64
	Runs               map[string][]uint64
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: indexproof FILE")
		os.Exit(2)
	}
	var read vectors
	data, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(data, &read)
	}
	if err != nil {
		fmt.Println("not ok index: go reads the examples:", err)
		os.Exit(1)
	}
	failed := false
	for _, check := range []struct {
		name string
		run  func() error
	}{
		{"go finds the keys of the names", read.checkNames},
		{"go gives each proof its verdict", read.checkProofs},
		{"go believes no altered proof", read.checkAltered},
	} {
		if err := check.run(); err != nil {
			failed = true
			fmt.Printf("not ok index: %s: %v\n", check.name, err)
		} else {
			fmt.Println("ok index:", check.name)
		}
	}
	if failed {
		os.Exit(1)
	}
}

func (read vectors) checkNames() error {
	if len(read.Names) < 15 {
		return errors.New("few names")
	}
	for _, name := range read.Names {
		key, err := nameKey(name.Kind, name.Value)
		if (err == nil) != (name.Key != nil) || !bytes.Equal(key, name.Key) {
			return fmt.Errorf("kind %d, value %x", name.Kind, []byte(name.Value))
		}
	}
	return nil
}

func (read vectors) judge(vector proofVector, proof []byte) (string, uint64, []run) {
	for _, known := range read.Maps {
		if known.Name != vector.Map {
			continue
		}
		count, runs, err := verify(proof, known.Root, known.Size)
		switch {
		case errors.Is(err, errUnknown):
			return "unknown", 0, nil
		case err != nil:
			return "false", 0, nil
		}
		return "listed", count, runs
	}
	return "of no map", 0, nil
}

func (read vectors) checkProofs() error {
	if len(read.Proofs) < 30 {
		return errors.New("few proofs")
	}
	for _, vector := range read.Proofs {
		verdict, count, runs := read.judge(vector, vector.Proof)
		if verdict != vector.Verdict {
			return fmt.Errorf("%s: %s", vector.Name, verdict)
		}
		if verdict != "listed" {
			continue
		}
		isSame := count == vector.Count && len(runs) == len(vector.Runs)
		for _, run := range runs {
			isSame = isSame && reflect.DeepEqual(run.indexes, vector.Runs[strconv.FormatUint(run.from, 10)])
		}
		if !isSame {
			return fmt.Errorf("%s: other entries", vector.Name)
		}
	}
	return nil
}

// checkAltered changes a bit of each byte behind the name: nothing else may be believed.
func (read vectors) checkAltered() error {
	for _, vector := range read.Proofs {
		if vector.Verdict != "listed" {
			continue
		}
		whole, err := decode(vector.Proof)
		if err != nil {
			return fmt.Errorf("%s: %w", vector.Name, err)
		}
		value := whole.([]item)[1].([]byte)
		_, rest, err := decodeFirst(vector.Proof[2:], 1)
		if err != nil || len(value) == 0 {
			return fmt.Errorf("%s: no name", vector.Name)
		}
		for place := len(vector.Proof) - len(rest); place < len(vector.Proof); place++ {
			altered := append([]byte(nil), vector.Proof...)
			altered[place] ^= 1 << rand.Intn(8)
			if verdict, _, _ := read.judge(vector, altered); verdict == "listed" {
				return fmt.Errorf("%s: byte %d", vector.Name, place)
			}
		}
	}
	return nil
}
