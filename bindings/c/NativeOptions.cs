using System.Runtime.InteropServices;
using MissBgm.Runtime;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;

namespace MissBgm.Native;

/// <summary>missbgm_options, member for member.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeOptions
{
    public ulong Seed;
    public long RowOffset;
    public double Alpha;
    public int Chains;
    public int Draws;
    public int Threads;
    public int ModeOnly;
    public int Imputations;
    public int Reserved;

    /// <summary>The runtime's options; zeros are the model's own.</summary>
    public readonly ImputeOptions For(Imputer imputer, MultipleImputations? imputations)
    {
        var own = imputer.Inference;
        return new ImputeOptions
        {
            Seed = Seed,
            RowOffset = RowOffset is >= 0 and <= int.MaxValue
                ? (int)RowOffset
                : throw new UserInputException($"missbgm_impute: options->row_offset is {RowOffset}; allowed is 0 to {int.MaxValue}."),
            Threads = Threads == 0 ? 1 : Threads,
            MapOnly = ModeOnly != 0,
            Inference = own with
            {
                Alpha = Alpha == 0 ? own.Alpha : Alpha,
                Chains = Chains == 0 ? own.Chains : Chains,
                Draws = Draws == 0 ? own.Draws : Draws,
            },
            DrawSinks = imputations is null ? [] : [imputations],
        };
    }
}
