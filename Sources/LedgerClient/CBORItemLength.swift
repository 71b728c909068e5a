/// The length of the first item of a CBOR sequence (RFC 8742), found without decoding it.
///
/// Only definite lengths are followed: nothing that a ledger sends has others.
enum CBORItemLength: Equatable {
    /// The item takes so many bytes.
    case complete(Int)

    /// More bytes must come before the length is known or the item is whole.
    case incomplete

    /// No item begins here.
    case malformed

    /// Measures the item at the start of `bytes`.
    ///
    /// One counter of items still to come stands for all nesting (RFC 8949 §3), so hostile
    /// depth costs nothing.
    init(of bytes: ArraySlice<UInt8>) {
        var position = bytes.startIndex
        var pending: UInt64 = 1
        while pending > 0 {
            guard position < bytes.endIndex else {
                self = .incomplete
                return
            }
            let head = bytes[position]
            position += 1
            let size = Self.argumentSize(head)
            guard let size else {
                self = .malformed
                return
            }
            guard bytes.endIndex - position >= size else {
                self = .incomplete
                return
            }
            var argument = UInt64(head & 0x1F)
            if size > 0 {
                argument = bytes[position..<position + size].reduce(0) { $0 << 8 | UInt64($1) }
                position += size
            }
            guard let (more, skipped) = Self.content(major: head >> 5, argument) else {
                self = .malformed
                return
            }
            guard UInt64(bytes.endIndex - position) >= skipped else {
                self = .incomplete
                return
            }
            position += Int(skipped)
            pending = pending - 1 + more
        }
        self = .complete(position - bytes.startIndex)
    }

    private static func argumentSize(_ head: UInt8) -> Int? {
        switch head & 0x1F {
        case 0...23: 0
        case 24: 1
        case 25: 2
        case 26: 4
        case 27: 8
        default: nil
        }
    }

    /// Returns how many items and how many bytes follow a head; nil where it is absurd.
    private static func content(
        major: UInt8, _ argument: UInt64
    ) -> (items: UInt64, bytes: UInt64)? {
        // No sequence of ours comes near 2^40 of anything; sums below cannot overflow.
        let counts = (2...5).contains(major)
        guard !counts || argument < 1 << 40 else { return nil }
        return switch major {
        case 2, 3: (0, argument)
        case 4: (argument, 0)
        case 5: (2 * argument, 0)
        case 6: (1, 0)
        default: (0, 0)
        }
    }
}
