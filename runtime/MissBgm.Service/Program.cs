using MissBgm.Runtime.Files;
using MissBgm.Service;
using MissBgm.Service.Guards;

// Before anything else of .NET is opened.
if (OpenFiles.TooFew() is { } fault)
{
    Posix.Write(2, $"error: {fault}\n");
    return 2;
}

return ServeCommand.RunAsync(args, ServiceProgram.RunAsync).GetAwaiter().GetResult();
