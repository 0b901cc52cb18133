using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime;
using MissBgm.Trainer.Cli.Fit;
using MissBgm.Trainer.Cli.Pfn;
using MissBgm.Trainer.Cli.Simulate;

namespace MissBgm.Trainer.Cli;

/// <summary>The commands of <c>missbgm-train</c>. Messages go to stderr, results to stdout.</summary>
internal static class TrainerCommandLine
{
    private const int UserError = 2;
    private const int Cancelled = 130;

    /// <summary>Runs a command line.</summary>
    /// <returns>0 done, 2 user input, 3 bad bundle, 4 numerical failure, 130 cancelled.</returns>
    public static int Run(string[] args, IConsole console, CancellationToken cancel)
    {
        using var app = new CommandLineApplication(console) { Name = "missbgm-train", Description = "Fits and pretrains the models that missbgm imputes and predicts with." };
        app.HelpOption("-h|--help", inherited: true);
        app.VersionOption("--version", ModelFit.Version);
        app.Command("fit", command => FitCommand.Configure(command, console, cancel));
        app.Command("adapt", command => AdaptCommand.Configure(command, console, cancel));
        app.Command("simulate", command => SimulateCommand.Configure(command, console));
        app.Command("pretrain", command => PretrainCommand.Configure(command, console, cancel));
        app.Command("prior", command => PriorCommand.Configure(command, console));
        app.OnExecute(() =>
        {
            app.ShowHelp(usePager: false);
            return UserError;
        });
        // Help that was asked for is a result; help and hints on wrong usage are messages. The library prints both alike, so they wait for the outcome.
        using var help = new StringWriter();
        foreach (var command in app.Commands.Append(app)) command.Out = help;
        foreach (var command in app.Commands)
        {
            command.OnValidationError(result => Fail(console, $"{result.ErrorMessage} See missbgm-train {command.Name} --help.", UserError));
        }

        try
        {
            var exitCode = app.Execute(args);
            (exitCode == 0 ? console.Out : console.Error).Write(help);
            return exitCode;
        }
        catch (CommandParsingException exception)
        {
            return Fail(console, $"{exception.Message.TrimEnd('.')}.{Nearest(exception)} See {FullName(exception.Command)} --help.", UserError);
        }
        catch (MissBgmException exception)
        {
            return Fail(console, exception.Message, exception.ExitCode);
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }
    }

    private static string FullName(CommandLineApplication command) => command.Parent is { } parent ? $"{FullName(parent)} {command.Name}" : command.Name!;

    private static string Nearest(CommandParsingException exception)
        => exception is UnrecognizedCommandParsingException { NearestMatches: var matches } && matches.FirstOrDefault() is { } match ? $" Did you mean '{match}'?" : "";

    private static int Fail(IConsole console, string message, int exitCode)
    {
        console.Error.WriteLine($"error: {message}");
        return exitCode;
    }
}
