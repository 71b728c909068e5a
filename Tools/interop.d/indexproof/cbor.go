package main

import (
	"encoding/binary"
	"errors"
)

// item is one item of deterministic CBOR: a uint64, []byte, []item, or nil for null.
type item any

var errForm = errors.New("not the one encoding of a proof")

// decode reads data as one item of the kinds that proofs have, in their shortest form.
func decode(data []byte) (item, error) {
	found, rest, err := decodeFirst(data, 4)
	if err == nil && len(rest) > 0 {
		err = errForm
	}
	return found, err
}

func decodeFirst(data []byte, depth int) (item, []byte, error) {
	if len(data) == 0 || depth < 0 {
		return nil, nil, errForm
	}
	if data[0] == 0xF6 {
		return nil, data[1:], nil
	}
	major := data[0] >> 5
	value, data, err := argument(data)
	if err != nil {
		return nil, nil, err
	}
	switch major {
	case 0:
		return value, data, nil
	case 2:
		if value > uint64(len(data)) {
			return nil, nil, errForm
		}
		return data[:value:value], data[value:], nil
	case 4:
		items := []item{}
		for ; value > 0; value-- {
			var one item
			if one, data, err = decodeFirst(data, depth-1); err != nil {
				return nil, nil, err
			}
			items = append(items, one)
		}
		return items, data, nil
	}
	return nil, nil, errForm
}

// argument reads the number of a head, which has no more bytes than it needs.
func argument(data []byte) (uint64, []byte, error) {
	info := data[0] & 31
	data = data[1:]
	if info < 24 {
		return uint64(info), data, nil
	}
	if info > 27 {
		return 0, nil, errForm
	}
	width := 1 << (info - 24)
	if len(data) < width {
		return 0, nil, errForm
	}
	var whole [8]byte
	copy(whole[8-width:], data)
	value := binary.BigEndian.Uint64(whole[:])
	least := uint64(24)
	if width > 1 {
		least = 1 << (4 * width)
	}
	if value < least {
		return 0, nil, errForm
	}
	return value, data[width:], nil
}

func hashes(from item) ([][]byte, error) {
	list, isList := from.([]item)
	if !isList {
		return nil, errForm
	}
	found := make([][]byte, 0, len(list))
	for _, one := range list {
		hash, isBytes := one.([]byte)
		if !isBytes || len(hash) != 32 {
			return nil, errForm
		}
		found = append(found, hash)
	}
	return found, nil
}
