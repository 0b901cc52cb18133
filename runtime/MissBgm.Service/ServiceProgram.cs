using MissBgm.Runtime;

namespace MissBgm.Service;

/// <summary>The program: serves until it is told to end; every failure is a sentence.</summary>
internal static class ServiceProgram
{
    private const int UserError = 2;

    /// <summary>Serves until SIGTERM or Ctrl-C.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(ServeOptions options)
    {
        await using var service = await ModelService.StartAsync(options);
        await service.Stopping;
        await service.StopAsync();
        return 0;
    }

    /// <summary>Does something; a failure becomes a sentence and an exit code.</summary>
    internal static async Task<int> ExplainAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (MissBgmException e)
        {
            return Say(e.Message, e.ExitCode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Say($"{e.Message.TrimEnd('.')}.", UserError);
        }
    }

    private static int Say(string message, int exitCode)
    {
        Console.Error.WriteLine($"error: {message}");
        return exitCode;
    }
}
