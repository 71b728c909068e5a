import LedgerStore
import Merkle

/// A row that follows from a leaf: its place in `ids`, `nonces` or `keys`, or in
/// `subjects` or `threads` of format 1.
struct DerivedRow: Hashable {
    /// The families of such rows, in the order of ``RowSums``.
    static let families: [StoreLayout.Family] = [.ids, .nonces, .keys, .subjects, .threads]

    /// Position of the family in ``families``.
    let family: Int

    /// The kind of a thread; 0 elsewhere.
    let kind: UInt8

    let digest: Hash

    /// The entry that the row leads to.
    let index: UInt64

    init(_ family: Int, kind: UInt8 = 0, _ digest: Hash, _ index: UInt64) {
        self.family = family
        self.kind = kind
        self.digest = digest
        self.index = index
    }

    /// Reads a stored row; nil where it does not have its family's form.
    init?(_ family: Int, key: Span<UInt8>, value: Span<UInt8>) {
        self.family = family
        let digestStart: Int
        switch Self.families[family] {
        case .ids, .nonces:
            guard key.count == 32, let index = StoreLayout.number(value) else { return nil }
            (kind, digestStart) = (0, 0)
            self.index = index
        case .keys, .subjects:
            guard key.count == 40, value.count == 0,
                let index = StoreLayout.number(key.extracting(32..<40))
            else { return nil }
            (kind, digestStart) = (0, 0)
            self.index = index
        default:
            guard key.count == 41, value.count == 0, ThreadKind(rawValue: key[0]) != nil,
                let index = StoreLayout.number(key.extracting(33..<41))
            else { return nil }
            (kind, digestStart) = (key[0], 1)
            self.index = index
        }
        let place = key.extracting(digestStart..<(digestStart + Hash.byteCount))
        guard let digest = Hash(place) else { return nil }
        self.digest = digest
    }

    /// The row's key, for people.
    var description: String {
        var key = digest.bytes
        switch Self.families[family] {
        case .ids, .nonces: break
        case .keys, .subjects: key += StoreLayout.key(index)
        default: key = [kind] + key + StoreLayout.key(index)
        }
        return StoreLayout.describe(key, in: Self.families[family])
    }
}

/// 128 bits that stand for a row in a sum.
struct RowDigest {
    let low: UInt64
    let high: UInt64
}

/// SipHash-2-4 with 128 bits (Aumasson and Bernstein), keyed anew for each check.
///
/// A sum of digests does not depend on the order of the rows. The key is new, so nobody can prepare
/// a folder for it: two different sets of rows have one sum by chance only, once in 2^128.
struct RowDigester: Sendable {
    private let key: (UInt64, UInt64)

    init() {
        var generator = SystemRandomNumberGenerator()
        key = (generator.next(), generator.next())
    }

    func digest(_ row: DerivedRow) -> RowDigest {
        var state = SipState(key)
        let words = row.digest.words
        state.absorb(UInt64(row.family) << 8 | UInt64(row.kind))
        state.absorb(words.0)
        state.absorb(words.1)
        state.absorb(words.2)
        state.absorb(words.3)
        state.absorb(row.index)
        // The last word holds the number of bytes before it.
        state.absorb(48 << 56)
        return state.finish()
    }
}

private struct SipState {
    private var a, b, c, d: UInt64

    init(_ key: (UInt64, UInt64)) {
        a = key.0 ^ 0x736f_6d65_7073_6575
        b = key.1 ^ 0x646f_7261_6e64_6f6d ^ 0xEE
        c = key.0 ^ 0x6c79_6765_6e65_7261
        d = key.1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    mutating func absorb(_ word: UInt64) {
        d ^= word
        round()
        round()
        a ^= word
    }

    mutating func finish() -> RowDigest {
        c ^= 0xEE
        for _ in 0..<4 { round() }
        let low = a ^ b ^ c ^ d
        b ^= 0xDD
        for _ in 0..<4 { round() }
        return RowDigest(low: low, high: a ^ b ^ c ^ d)
    }

    @inline(__always)
    private mutating func round() {
        a &+= b
        b = (b << 13 | b >> 51) ^ a
        a = a << 32 | a >> 32
        c &+= d
        d = (d << 16 | d >> 48) ^ c
        a &+= d
        d = (d << 21 | d >> 43) ^ a
        c &+= b
        b = (b << 17 | b >> 47) ^ c
        c = c << 32 | c >> 32
    }
}
