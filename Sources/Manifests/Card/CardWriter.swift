package import Encoding

/// Lays out labelled text in lines of 80 columns (template 1).
///
///     columns  1-4    the mark: "[S] ", where a card shows more than a manifest another one
///              5-16   the label, or blanks on a line that goes on
///             17-80   text, broken at blanks; a word longer than a line is broken anywhere
///
/// A scalar takes one column, or two from U+1100 on except in U+1E00...U+22FF: never fewer than a
/// terminal gives it, but for marks that combine.
package struct CardWriter {
    /// The text so far, in UTF-8.
    package private(set) var bytes: [UInt8] = []

    /// The words of another language; nil for those of template 1.
    private let wording: CardWording?

    /// Columns for text.
    private let width: Int

    /// Bytes of one value behind which the rest of it is not laid out.
    private let valueLimit: Int

    /// The lines so far.
    private var lineCount = 0

    /// The values that the limit has cut, in order: the last line of each, counted from 0, and how
    /// many lines of the value come behind it.
    private(set) var cuts: [(line: Int, unshown: Int)] = []

    /// The mark of the lines that are written next.
    private var origin = CardOrigin.stated

    /// Whether heads are padded to the column of the text.
    private var pads = true

    /// Bytes that most cards fit into: the C library keeps blocks of up to 1 KiB at hand.
    private static let usualByteCount = 960

    /// Starts an empty text.
    ///
    /// - Parameters:
    ///   - wording: the words of another language; nil for those of template 1.
    ///   - breaksLines: whether lines are kept to 80 columns; without it a line is as long as what
    ///     is in it, for renderers that lay out their own.
    ///   - valueLimit: bytes of one value, as it is laid out, behind which the rest of it is left
    ///     out; a card as it is signed has no such limit.
    package init(
        in wording: CardWording? = nil, breaksLines: Bool = true, upTo valueLimit: Int = .max
    ) {
        self.wording = wording
        self.valueLimit = valueLimit
        width = breaksLines ? Self.textColumns : .max
        bytes.reserveCapacity(Self.usualByteCount)
    }

    /// Columns for text.
    private static let textColumns = 64

    /// Columns for labels, the blank behind them included.
    private static let labelWidth = 12

    /// Columns of the longest label.
    package static let labelColumns = labelWidth - 1

    /// How many values of a list are shown; the rest is counted.
    ///
    /// A card is to be read.
    private static let listLimit = 8

    /// Writes `text`, if there is any, behind `label`; a line break in it is spelled out.
    mutating func line(_ label: CardLabel, _ text: Text?) {
        write(text, label, keepsBreaks: false)
    }

    /// Writes a text of several paragraphs, if there is any, behind `label`.
    mutating func prose(_ label: CardLabel, _ text: Text?) {
        write(text, label, keepsBreaks: true)
    }

    /// Writes a line that is no part of a template, with a mark and a head of its own.
    ///
    /// - Parameters:
    ///   - head: what stands behind the mark, the blank before the text included.
    ///   - indent: what stands in its place where the line goes on, of as many columns.
    package mutating func add(
        _ origin: CardOrigin, head: String, indent: String, _ text: Text
    ) {
        (self.origin, pads) = (origin, false)
        defer { (self.origin, pads) = (.stated, true) }
        let columns = max(Self.columns(of: head), Self.columns(of: indent))
        let room = width == .max ? width : Self.lineColumns - columns
        fill(
            text, head: head, indent: indent, room: max(Self.leastColumns, room),
            keepsBreaks: false)
    }

    /// Columns behind the mark.
    private static let lineColumns = 76

    /// The fewest columns that text gets, however far in it stands.
    private static let leastColumns = 24

    /// Returns the phrase of template 1, or that of the other language with `arguments` in it.
    func say(
        _ phrase: CardPhrase, _ arguments: @autoclosure () -> [Text], _ english: Text
    ) -> Text {
        guard let wording else { return english }
        return wording.say(phrase, arguments(), orElse: english)
    }

    /// Returns a value of a closed list, in the other language where there is one.
    func named(_ value: Text) -> Text {
        wording?.values[value].map { Text($0) } ?? value
    }

    private mutating func write(_ text: Text?, _ label: CardLabel, keepsBreaks: Bool) {
        guard let text else { return }
        let head = wording?.labels[label] ?? label.rawValue
        fill(text, head: head, indent: "", room: width, keepsBreaks: keepsBreaks)
    }

    private mutating func fill(
        _ text: Text, head: String, indent: String, room: Int, keepsBreaks: Bool
    ) {
        start(head)
        if Self.isPlainLine(text.utf8, min(room, valueLimit)) {
            bytes += text.utf8
            end()
            return
        }
        var line = Line(room: room, indent: indent)
        var unshown: Int?
        let begin = bytes.count
        let string = text.string
        var count = 0
        for place in string.unicodeScalars.indices {
            // Blanks and breaks are written later or never, and count too.
            guard max(count, bytes.count - begin + line.word.count) < valueLimit else {
                unshown = keepsBreaks ? string.utf8[place...].count { $0 == 0x0A } : 0
                break
            }
            count += 1
            let scalar = string.unicodeScalars[place]
            switch scalar {
            case " ": endWord(&line)
            case "\n" where keepsBreaks:
                endWord(&line)
                breakLine(&line)
            default:
                if Self.isHidden(scalar) {
                    Self.spellOut(scalar, in: &line.word)
                } else {
                    line.word.append(scalar)
                }
            }
        }
        endWord(&line)
        if let unshown { cuts.append((lineCount, unshown)) }
        end()
    }

    /// The line being filled.
    private struct Line {
        /// The columns that there are.
        let room: Int

        /// What stands in front where it goes on.
        let indent: String

        /// The columns that are taken.
        var used = 0

        /// The word that has begun and is not written yet.
        var word: [Unicode.Scalar] = []

        init(room: Int, indent: String) {
            self.room = room
            self.indent = indent
        }
    }

    /// Writes the word that has begun, on the next line where it fits only there.
    private mutating func endWord(_ line: inout Line) {
        guard !line.word.isEmpty else { return }
        let length = line.word.reduce(0) { $0 + Self.columns($1) }
        if line.used > 0, line.used + 1 + length > line.room { breakLine(&line) }
        if line.used > 0 {
            bytes.append(0x20)
            line.used += 1
        }
        for scalar in line.word {
            let columns = Self.columns(scalar)
            if line.used + columns > line.room { breakLine(&line) }
            if scalar.isASCII {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                bytes += scalar.utf8
            }
            line.used += columns
        }
        line.word.removeAll(keepingCapacity: true)
    }

    private mutating func breakLine(_ line: inout Line) {
        end()
        start(line.indent)
        line.used = 0
    }

    /// Writes `string` behind `label`.
    mutating func line(_ label: CardLabel, _ string: String) {
        line(label, Text(string))
    }

    /// Writes the first values of a list, one below the other, and how many more there are.
    mutating func list(_ label: CardLabel, _ values: [Text]) {
        list(label, values) { writer, label, value in writer.line(label, value) }
    }

    /// Writes the first elements of a list with `write`, and how many more there are.
    mutating func list<Element>(
        _ label: CardLabel, _ elements: [Element],
        write: (inout CardWriter, CardLabel, Element) -> Void
    ) {
        for (index, element) in elements.prefix(Self.listLimit).enumerated() {
            write(&self, index == 0 ? label : .none, element)
        }
        if elements.count > Self.listLimit {
            let rest = Text(String(elements.count - Self.listLimit))
            line(.none, say(.more, [rest], "and " + rest + " more"))
        }
    }

    /// Begins a line with the mark and with `head`, padded to the column of the text.
    private mutating func start(_ head: String) {
        bytes += origin.mark.utf8
        bytes += head.utf8
        // The labels of a template are ASCII.
        let isOurs = wording == nil && pads
        let columns =
            isOurs ? head.utf8.count : pads ? Self.columns(of: head) : Self.labelWidth
        bytes += repeatElement(0x20, count: max(0, Self.labelWidth - columns))
    }

    /// Ends a line without blanks at its end.
    private mutating func end() {
        bytes.removeLast(bytes.reversed().prefix { $0 == 0x20 }.count)
        bytes.append(0x0A)
        lineCount += 1
    }

    /// Most texts: printable ASCII that fits as it is.
    private static func isPlainLine(_ text: [UInt8], _ room: Int) -> Bool {
        guard text.count <= room else { return false }
        var last: UInt8 = 0x20
        for byte in text {
            guard byte >= 0x20, byte < 0x7F, byte != 0x20 || last != 0x20 else { return false }
            last = byte
        }
        return last != 0x20
    }

    /// The columns that a terminal takes for `text`, or more.
    package static func columns(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        scalar.value < 0x1100 || (0x1E00...0x22FF).contains(scalar.value) ? 1 : 2
    }

    /// Writes `<U+202E>`: at least four digits of base 16.
    private static func spellOut(_ scalar: Unicode.Scalar, in word: inout [Unicode.Scalar]) {
        word.append("<")
        word.append("U")
        word.append("+")
        let digits = max(4, (UInt32.bitWidth - scalar.value.leadingZeroBitCount + 3) / 4)
        for place in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: scalar.value >> (4 * place) & 0xF)
            word.append(Unicode.Scalar(digit < 10 ? 0x30 + digit : 0x41 + digit - 10))
        }
        word.append(">")
    }

    /// Control characters, line and paragraph separators, bidirectional controls, and what is not
    /// drawn at all: a list of our own, because a card must not change with the version of Unicode.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: false
        case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x034F, 0x061C, 0x115F...0x1160, 0x17B4...0x17B5,
            0x180B...0x180F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x3164,
            0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0x1BCA0...0x1BCA3,
            0x1D173...0x1D17A, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }
}
