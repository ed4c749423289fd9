import { TextInput, type TextInputProps } from "@mantine/core";

interface MomentInputProps extends Omit<TextInputProps, "value" | "onChange" | "type"> {
  /** ISO 8601, or nothing. */
  value: string | undefined;
  onChange: (iso: string | undefined) => void;
}

/** A moment on the viewer's clock. */
export function MomentInput({ value, onChange, ...rest }: MomentInputProps) {
  return (
    <TextInput
      {...rest}
      type="datetime-local"
      value={local(value)}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value ? new Date(currentTarget.value).toISOString() : undefined)
      }
    />
  );
}

/** A moment as `datetime-local` wants it: the viewer's clock, without an offset. */
function local(iso: string | undefined): string {
  if (!iso) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
