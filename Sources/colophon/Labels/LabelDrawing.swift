import Encoding
import QRCodes

/// Labels on a sheet as SVG, in hundredths of a millimetre.
///
/// Each label is a picture of its own that shows nothing beyond its edge, so no text of a record
/// moves or covers another label.
struct LabelDrawing {
    /// From a label's edge to what is on it.
    private static let inset = 250

    /// The height of letters, and how wide a letter of a fixed width is beside that.
    private static let letters = 330
    private static let letterWidth = letters * 62 / 100

    /// Lines of a title.
    private static let titleLines = 3

    let sheet: LabelSheet

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
        let side = sheet.height - 2 * Self.inset
        let left = Self.inset + side + Self.inset
        let columns = (sheet.width - left - Self.inset) / Self.letterWidth
        let title = LabelText.lines(label.title, columns: columns, limit: Self.titleLines)
        let below = [label.copy, label.id].filter { !$0.isEmpty }
        var baseline = Self.inset + Self.letters
        var texts = ""
        for (lines, weight) in [(title, "bold"), (below, "normal")] {
            for line in lines {
                texts +=
                    "<text x=\"\(left)\" y=\"\(baseline)\" font-weight=\"\(weight)\" "
                    + "direction=\"ltr\" unicode-bidi=\"bidi-override\">"
                    + "\(Self.escaped(line))</text>\n"
                baseline += Self.letters * 5 / 4
            }
        }
        return """
            <svg x="\(corner.x)" y="\(corner.y)" width="\(sheet.width)" height="\(sheet.height)" \
            viewBox="0 0 \(sheet.width) \(sheet.height)" overflow="hidden" \
            font-family="monospace" font-size="\(Self.letters)">
            <svg x="\(Self.inset)" y="\(Self.inset)" width="\(side)" height="\(side)" \
            viewBox="0 0 \(label.code.outerSide) \(label.code.outerSide)" role="img">
            <title>QR code of the page of entry \(Self.escaped(label.id))</title>
            <rect width="100%" height="100%" fill="#fff"/>
            <path d="\(label.code.path)" fill="#000" shape-rendering="crispEdges"/>
            </svg>
            \(texts)</svg>

            """
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
