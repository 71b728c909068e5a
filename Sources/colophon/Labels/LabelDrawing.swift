import Encoding
import QRCodes

/// Labels on a sheet as SVG, in hundredths of a millimetre.
///
/// Each label is a picture of its own that shows nothing beyond its edge, so no text of a record
/// moves or covers another label.
struct LabelDrawing {
    let sheet: LabelSheet

    /// From a label's edge to what is on it: printers miss the sheet by a millimetre or two.
    private let inset: Int

    /// The side of the code, its quiet zone included.
    private let codeSide: Int

    /// The height of letters.
    private let letters: Int

    /// The columns and the lines that there are for text.
    private let columns: Int
    private let lines: Int

    /// Letters of 9 points, where there is room.
    private static let usualLetters = 330

    /// How wide a letter of a fixed width is beside its height, in hundredths: the widest of the
    /// fonts that browsers take has 60.
    private static let letterWidth = 62

    /// The columns that each label has: the start of an EntryID and its ellipsis.
    private static let leastColumns = WorkLabel.idCharacters + 1

    /// Lines of a title.
    private static let titleLines = 3

    /// The smallest module: three dots of a printer of 300 dpi.
    private static let leastModule = 25

    init(sheet: LabelSheet) {
        self.sheet = sheet
        inset = min(250, sheet.height * 7 / 100)
        let inner = sheet.width - 3 * inset
        // The text gets the larger half of the width.
        codeSide = min(sheet.height - 2 * inset, inner * 45 / 100)
        let room = inner - codeSide
        letters = min(Self.usualLetters, room * 100 / (Self.leastColumns * Self.letterWidth))
        columns = room * 100 / (letters * Self.letterWidth)
        lines = (sheet.height - 2 * inset) / (letters * 5 / 4)
    }

    /// Whether the code of a label can be read when it is printed here.
    func hasRoom(for label: WorkLabel) -> Bool {
        label.code.outerSide * Self.leastModule <= codeSide
    }

    /// Draws a sheet; `start` labels of it are left free, which are used already.
    func svg(of labels: ArraySlice<WorkLabel>, start: Int = 0) -> String {
        let (width, height) = sheet.paper.size
        var svg =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.millimetres(width))mm\" "
            + "height=\"\(Self.millimetres(height))mm\" viewBox=\"0 0 \(width) \(height)\" "
            + "role=\"group\">\n<title>Labels for sheet \(sheet.name)</title>\n"
            + "<desc>\(labels.count) labels, each with its title and a QR code of its page</desc>\n"
        for (offset, label) in labels.enumerated() {
            svg += drawn(label, at: sheet.corner(of: start + offset))
        }
        return svg + "</svg>\n"
    }

    private func drawn(_ label: WorkLabel, at corner: (x: Int, y: Int)) -> String {
        """
        <svg x="\(corner.x)" y="\(corner.y)" width="\(sheet.width)" height="\(sheet.height)" \
        viewBox="0 0 \(sheet.width) \(sheet.height)" overflow="hidden" \
        font-family="monospace" font-size="\(letters)">
        <svg x="\(inset)" y="\(inset)" width="\(codeSide)" height="\(codeSide)" \
        viewBox="0 0 \(label.code.outerSide) \(label.code.outerSide)" role="img">
        <title>QR code of the page of entry \(Self.escaped(label.id))</title>
        <rect width="100%" height="100%" fill="#fff"/>
        <path d="\(label.code.path)" fill="#000" shape-rendering="crispEdges"/>
        </svg>
        \(texts(of: label))</svg>

        """
    }

    /// The lines of a label: the title first, of which the number of the copy and the EntryID
    /// leave one line at least.
    private func texts(of label: WorkLabel) -> String {
        let copy =
            label.copy.isEmpty
            ? [] : LabelText.lines(label.copy, columns: columns, limit: lines)
        let limit = max(1, min(Self.titleLines, lines - copy.count - 1))
        let title = LabelText.lines(label.title, columns: columns, limit: limit)
        let isRightToLeft = LabelText.isRightToLeft(label.title)
        let all =
            title.map { ($0, "bold", isRightToLeft) }
            + (copy + [label.id]).map { ($0, "normal", false) }
        var (texts, baseline) = ("", inset + letters)
        for (line, weight, isRightToLeft) in all.prefix(lines) {
            // A text begins at the side from which it is read.
            let (x, direction) =
                isRightToLeft
                ? (sheet.width - inset, "rtl") : (inset + codeSide + inset, "ltr")
            texts +=
                "<text x=\"\(x)\" y=\"\(baseline)\" font-weight=\"\(weight)\" "
                + "direction=\"\(direction)\">\(Self.escaped(line))</text>\n"
            baseline += letters * 5 / 4
        }
        return texts
    }

    /// A document that prints: one sheet a page, and no script.
    static func page(_ sheets: [String], on paper: LabelSheet.Paper) -> String {
        let style =
            "@page { size: \(paper.rawValue); margin: 0 } "
            + "body { margin: 0; background: #fff; color: #000 } svg { display: block } "
            + "main > svg + svg { break-before: page } "
            + "@media screen { header { margin: 1rem; font: 1rem/1.5 sans-serif } "
            + "main > svg { max-width: 100%; height: auto } } "
            + "@media print { header { display: none } }"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src \
            '\(PolicySource.sha256(of: style))'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Labels</title>
            <style>\(style)</style>
            </head>
            <body>
            <header>
            <h1>Labels</h1>
            <p>Print this at its own size, without margins. These words are not printed.</p>
            </header>
            <main>
            \(sheets.joined())</main>
            </body>
            </html>

            """
    }

    private static func millimetres(_ hundredths: Int) -> String {
        let rest = hundredths % 100
        return "\(hundredths / 100)" + (rest == 0 ? "" : "." + (rest < 10 ? "0" : "") + "\(rest)")
    }

    /// Escapes byte by byte what means something in XML; the text is safe to show already.
    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in SafeText.line(text).utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
