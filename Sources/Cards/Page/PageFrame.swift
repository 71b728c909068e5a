import Encoding

/// The document around a card or a history.
enum PageFrame {
    static func main(_ content: String) -> String {
        "<main class=\"card\">\n\(content)</main>\n"
    }

    static func document(title: String, in language: CardLanguage, _ body: String) -> String {
        """
        <!doctype html>
        <html lang="\(language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>\(PageText.escaped(SafeText.line(title)))</title>
        <style>\(PageStyle.sheet)</style>
        </head>
        <body>
        \(body)</body>
        </html>

        """
    }

    /// Nothing is fetched and nothing runs; the style sheet is the one in the page.
    private static let policy =
        "default-src 'none'; style-src '\(PageStyle.source)'; base-uri 'none'; "
        + "form-action 'none'"
}
