import {
  NativeSelect,
  PasswordInput,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useTranslation } from "react-i18next";
import { MECHANISMS, type Receiver } from "./receiver";

/** Where messages go, and how the receiver is entered. */
export function ReceiverFields(props: {
  value: Receiver;
  secret: string;
  /** Whether there is one already. */
  hasSecret: boolean;
  onChange: (change: Partial<Receiver>) => void;
  onSecret: (secret: string) => void;
}) {
  const { t } = useTranslation();
  const { value, onChange } = props;
  const isKafka = value.kind === "kafka";
  const isBroker = value.kind !== "webhook";
  return (
    <>
      {isKafka ? (
        <TagsInput
          label={t("administration.sinks.servers")}
          description={t("administration.sinks.serversHint")}
          value={value.servers}
          onChange={(servers) => onChange({ servers })}
          acceptValueOnBlur
          required={value.servers.length === 0}
        />
      ) : (
        <TextInput
          label={t("administration.sinks.address")}
          description={t(`administration.sinks.addressHint.${isBroker ? "broker" : "webhook"}`)}
          type="url"
          value={value.url}
          onChange={({ currentTarget }) => onChange({ url: currentTarget.value.trim() })}
          maxLength={2000}
          required
          spellCheck={false}
        />
      )}
      {value.kind !== "webhook" && (
        <TextInput
          label={t(`administration.sinks.topic.${value.kind}`)}
          description={t(`administration.sinks.topicHint.${value.kind}`)}
          value={value.topic}
          onChange={({ currentTarget }) => onChange({ topic: currentTarget.value.trim() })}
          maxLength={1000}
          required
          spellCheck={false}
        />
      )}
      {isBroker && (
        <>
          <TextInput
            label={t("administration.sinks.user")}
            value={value.username}
            onChange={({ currentTarget }) => onChange({ username: currentTarget.value })}
            maxLength={256}
            autoComplete="off"
            spellCheck={false}
          />
          {value.username && (
            <PasswordInput
              label={t("administration.sinks.password")}
              description={props.hasSecret ? t("administration.sinks.passwordHint") : undefined}
              value={props.secret}
              onChange={({ currentTarget }) => props.onSecret(currentTarget.value)}
              maxLength={1000}
              autoComplete="new-password"
            />
          )}
        </>
      )}
      {isKafka && (
        <>
          {value.username && (
            <NativeSelect
              label={t("administration.sinks.mechanism")}
              data={[...MECHANISMS]}
              value={value.mechanism}
              onChange={({ currentTarget }) => {
                const mechanism = MECHANISMS.find((one) => one === currentTarget.value);
                if (mechanism) onChange({ mechanism });
              }}
            />
          )}
          <Switch
            label="TLS"
            checked={value.tls}
            onChange={({ currentTarget }) => onChange({ tls: currentTarget.checked })}
          />
        </>
      )}
      {(isKafka ? value.tls : value.url.startsWith("mqtts:")) && (
        <Textarea
          label={t("administration.sinks.ca")}
          description={t("administration.sinks.caHint")}
          value={value.ca}
          onChange={({ currentTarget }) => onChange({ ca: currentTarget.value })}
          maxLength={100_000}
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
        />
      )}
    </>
  );
}
