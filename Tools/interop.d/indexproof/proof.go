package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"regexp"
	"strconv"
)

const (
	bucketLimit = 64
	pageLimit   = 4096
	pathLimit   = 256
	pagesLimit  = 16
	copyLimit   = 10_000_000
)

var (
	empty      [32]byte
	errUnknown = errors.New("a kind that this program does not know")
	uri        = regexp.MustCompile("^[A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;=%]{1,255}$")
	drop       = regexp.MustCompile("^([^#]{1,255})#(0|[1-9][0-9]{0,7})$")
)

// run is what a page shows: indexes that follow one another in the list, from a position on.
type run struct {
	from    uint64
	indexes []uint64
}

// nameKey returns the key of a name (index.md §1).
func nameKey(kind uint64, value []byte) ([]byte, error) {
	switch kind {
	case 0:
		if len(value) != 32 {
			return nil, errors.New("a digest has 32 bytes")
		}
	case 1, 2:
		if !uri.Match(value) {
			return nil, errors.New("not the characters of a URI")
		}
	case 3:
		parts := drop.FindSubmatch(value)
		if parts == nil || !uri.Match(parts[1]) {
			return nil, errors.New("not a drop and the number of a copy")
		}
		if number, err := strconv.Atoi(string(parts[2])); err != nil || number > copyLimit {
			return nil, errors.New("the number of the copy")
		}
	default:
		return nil, errUnknown
	}
	return hash([]byte("colophon/index/v1\x00"), []byte{byte(kind)}, value), nil
}

// verify returns how many entries a proof lists, and the runs that it shows (index.md §5).
func verify(data, root []byte, size uint64) (uint64, []run, error) {
	whole, err := decode(data)
	if err != nil {
		return 0, nil, err
	}
	parts, _ := whole.([]item)
	if len(parts) != 5 {
		return 0, nil, errForm
	}
	kind, isKind := parts[0].(uint64)
	value, isValue := parts[1].([]byte)
	path, isPath := parts[2].([]item)
	end, isEnd := parts[3].([]item)
	pages, isPages := parts[4].([]item)
	if !isKind || !isValue || !isPath || !isEnd || !isPages {
		return 0, nil, errForm
	}
	key, err := nameKey(kind, value)
	if err != nil {
		return 0, nil, err
	}
	if len(path) > pathLimit || len(pages) > pagesLimit || len(end) == 0 {
		return 0, nil, errForm
	}
	foot := foot{key: key, depth: len(path), size: size}
	if err := foot.read(end); err != nil {
		return 0, nil, err
	}
	if foot.listRoot == nil && len(pages) > 0 {
		return 0, nil, errors.New("pages without a list")
	}
	if err := climb(foot.node, key, path, root); err != nil {
		return 0, nil, err
	}
	if foot.listRoot == nil {
		return foot.count, foot.runs, nil
	}
	runs, err := readPages(pages, foot.count, foot.listRoot, size)
	return foot.count, runs, err
}

// climb folds a node with the path beside it, and compares the end with the root of the map.
func climb(node, key []byte, path []item, root []byte) error {
	for depth := len(path) - 1; depth >= 0; depth-- {
		beside := empty[:]
		if path[depth] != nil {
			hash, isBytes := path[depth].([]byte)
			if !isBytes || len(hash) != 32 || bytes.Equal(hash, empty[:]) {
				return errors.New("a node of the path")
			}
			beside = hash
		}
		if bytes.Equal(node, empty[:]) && bytes.Equal(beside, empty[:]) {
			return errors.New("two empty nodes side by side")
		}
		if bit(key, depth) == 0 {
			node = hash([]byte{3}, node, beside)
		} else {
			node = hash([]byte{3}, beside, node)
		}
	}
	if !bytes.Equal(node, root) {
		return errors.New("another root")
	}
	return nil
}

// foot is the end of the way along a key, in a map of the first size entries.
type foot struct {
	key   []byte
	depth int
	size  uint64

	node     []byte
	count    uint64
	runs     []run
	listRoot []byte
}

func (foot *foot) read(end []item) error {
	kind, isNumber := end[0].(uint64)
	switch {
	case isNumber && kind == 0 && len(end) == 1:
		foot.node = empty[:]
		return nil
	case isNumber && kind == 1 && len(end) == 2:
		records, _ := end[1].([]byte)
		return foot.readBucket(records)
	case isNumber && kind == 2 && len(end) == 4:
		key, _ := end[1].([]byte)
		count, isCount := end[2].(uint64)
		root, _ := end[3].([]byte)
		if len(key) != 32 || len(root) != 32 || !isCount {
			return errForm
		}
		return foot.readList(key, count, root)
	}
	return errForm
}

func (foot *foot) readBucket(records []byte) error {
	if len(records) == 0 || len(records)%16 != 0 || len(records) > 16*bucketLimit {
		return errForm
	}
	link := empty[:]
	var last uint64
	var found []uint64
	for ; len(records) > 0; records = records[16:] {
		index := binary.BigEndian.Uint64(records[8:])
		if index < last || index >= foot.size {
			return errors.New("an index of the bucket")
		}
		last = index
		link = hash([]byte{2}, link, records[:16])
		isNamed := bytes.Equal(records[:8], foot.key[24:])
		if isNamed && (len(found) == 0 || found[len(found)-1] != index) {
			found = append(found, index)
		}
	}
	foot.node, foot.count = link, uint64(len(found))
	if len(found) > 0 {
		foot.runs = []run{{0, found}}
	}
	return nil
}

func (foot *foot) readList(key []byte, count uint64, root []byte) error {
	if count <= bucketLimit || count > foot.size {
		return errors.New("the length of the list")
	}
	for depth := 0; depth < foot.depth; depth++ {
		if bit(key, depth) != bit(foot.key, depth) {
			return errors.New("a list of another place")
		}
	}
	foot.node = hash([]byte{4}, key, number(count), root)
	if bytes.Equal(key, foot.key) {
		foot.count, foot.listRoot = count, root
	}
	return nil
}

func readPages(pages []item, count uint64, root []byte, size uint64) ([]run, error) {
	var runs []run
	var end, next uint64
	for _, one := range pages {
		page, _ := one.([]item)
		if len(page) != 4 {
			return nil, errForm
		}
		from, isNumber := page[0].(uint64)
		data, _ := page[1].([]byte)
		length := uint64(len(data) / 8)
		if !isNumber || len(data)%8 != 0 || length == 0 || length > pageLimit {
			return nil, errForm
		}
		if from < end || from > count || length > count-from {
			return nil, errors.New("the place of a page")
		}
		left, err := hashes(page[2])
		if err != nil {
			return nil, err
		}
		right, err := hashes(page[3])
		if err != nil {
			return nil, err
		}
		shown := run{from: from}
		var leaves [][]byte
		for ; len(data) > 0; data = data[8:] {
			index := binary.BigEndian.Uint64(data)
			if index < next || index >= size {
				return nil, errors.New("an index of a page")
			}
			next = index + 1
			shown.indexes = append(shown.indexes, index)
			leaves = append(leaves, hash([]byte{0}, data[:8]))
		}
		list := &listTree{count: count, from: from, leaves: leaves, left: left, right: right}
		if found := list.node(0, count); !bytes.Equal(found, root) || !list.isUsedUp() {
			return nil, errors.New("the root of the list")
		}
		if newest := len(runs) - 1; newest >= 0 && end == from {
			runs[newest].indexes = append(runs[newest].indexes, shown.indexes...)
		} else {
			runs = append(runs, shown)
		}
		end = from + length
	}
	return runs, nil
}

// listTree is the tree of a list of which a page is shown, and the nodes beside it.
type listTree struct {
	count, from uint64
	leaves      [][]byte
	left, right [][]byte
	isShort     bool
}

// node returns MTH (RFC 9162 §2.1.1) of the leaves from start to end, going down from the root.
func (tree *listTree) node(start, end uint64) []byte {
	shownEnd := tree.from + uint64(len(tree.leaves))
	isWholeSubtree := (end-start)&(end-start-1) == 0
	switch {
	case isWholeSubtree && end <= tree.from:
		return tree.take(&tree.left)
	case isWholeSubtree && start >= shownEnd:
		return tree.take(&tree.right)
	case end-start == 1:
		return tree.leaves[start-tree.from]
	}
	half := uint64(1)
	for half*2 < end-start {
		half *= 2
	}
	left := tree.node(start, start+half)
	return hash([]byte{1}, left, tree.node(start+half, end))
}

func (tree *listTree) take(from *[][]byte) []byte {
	if len(*from) == 0 {
		tree.isShort = true
		return empty[:]
	}
	first := (*from)[0]
	*from = (*from)[1:]
	return first
}

func (tree *listTree) isUsedUp() bool {
	return !tree.isShort && len(tree.left) == 0 && len(tree.right) == 0
}

func hash(parts ...[]byte) []byte {
	digest := sha256.New()
	for _, part := range parts {
		digest.Write(part)
	}
	return digest.Sum(nil)
}

func number(value uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, value)
}

func bit(key []byte, place int) byte {
	return key[place/8] >> (7 - place%8) & 1
}
