#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The terminal that the process belongs to, wherever its streams lead.
public enum Terminal {
    /// Bytes of a line that is read: a passphrase is one, and a terminal's own line has some
    /// thousand.
    private static let lineLimit = 1024

    /// Reads one line that is not shown while it is typed.
    ///
    /// Nil where there is no terminal, where the line ends without its return, or where it is given
    /// up with Ctrl-C, which until then is a character: nothing else could show the line's echo
    /// again.
    ///
    /// - Parameter prompt: writes the question, once nothing that is typed is shown any more.
    public static func readSecret(prompt: () -> Void) -> [UInt8]? {
        guard let number = try? System.openFile("/dev/tty", in: nil, following: false) else {
            return nil
        }
        let terminal = Descriptor(number)
        var usual = termios()
        guard unsafe tcgetattr(terminal.number, &usual) == 0 else { return nil }
        var hidden = usual
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        guard unsafe tcsetattr(terminal.number, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer { _ = unsafe tcsetattr(terminal.number, TCSAFLUSH, &usual) }
        prompt()
        return line(from: terminal.number)
    }

    private static func line(from number: Int32) -> [UInt8]? {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: lineLimit)
        while true {
            guard (try? System.waitForInput(number, milliseconds: -1)) == true,
                let count = try? System.read(number, into: &buffer), count > 0
            else { return nil }
            for byte in buffer.prefix(count) {
                if byte == UInt8(ascii: "\n") { return line }
                // Ctrl-C.
                if byte == 3 { return nil }
                line.append(byte)
            }
            guard line.count <= lineLimit else { return nil }
        }
    }
}
