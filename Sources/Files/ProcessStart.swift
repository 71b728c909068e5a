#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the process was started with, no byte of it lost: ``NativeText`` spells what is no text.
///
/// Swift's and Foundation's own ways to it repair the bytes that are not UTF-8.
public enum ProcessStart {
    /// The arguments, the program's own name left out.
    public static let arguments: [String] = (1..<max(1, Int(CommandLine.argc))).compactMap {
        unsafe CommandLine.unsafeArgv[$0].map {
            unsafe NativeText.spelled(bytes(at: UnsafePointer($0)))
        }
    }

    /// Returns the value of a variable of the environment; nil where it is not set, or empty.
    ///
    /// A script empties a variable where it means none, and an empty path is the name of nothing.
    public static func variable(_ name: String) -> String? {
        let value = unsafe getenv(name).map {
            unsafe NativeText.spelled(bytes(at: UnsafePointer($0)))
        }
        return value.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Returns the bytes before the zero that ends them.
func bytes(at start: UnsafePointer<CChar>) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: start, count: strlen(start))
}
